"""Figures: live ones for systems inside the council, published tables for everybody, and frozen ones."""
