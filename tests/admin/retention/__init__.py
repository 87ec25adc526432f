"""The page on which it is said how long data is kept."""
