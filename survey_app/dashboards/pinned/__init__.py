"""Figures that somebody keeps in sight: what to ask is kept, and counted anew whenever it is looked at."""
