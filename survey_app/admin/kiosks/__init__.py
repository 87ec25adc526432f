"""Kiosks: tablets at receptions, what was received from each, and how to set one up."""
