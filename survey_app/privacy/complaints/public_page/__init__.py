"""The page on which anybody can complain about how the council uses their data."""
