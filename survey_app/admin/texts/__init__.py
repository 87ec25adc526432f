"""The texts of the council's own pages: written, seen before they are published, and taken back."""
