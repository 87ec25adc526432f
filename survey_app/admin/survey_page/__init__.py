"""How much of a survey a page shows."""
