"""Keys by which other systems of the council use the API: made once, shown once, stored as a digest."""
