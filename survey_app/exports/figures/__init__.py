"""Figures as rows: one each, with all that `flask measures show` says of it."""
