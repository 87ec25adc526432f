"""Exhibits in the words of a page."""
