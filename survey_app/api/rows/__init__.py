"""Rows for systems inside the council: answers without words, and redacted comments."""
