"""Exhibits: what proves an element, of each kind, and where it stands."""
