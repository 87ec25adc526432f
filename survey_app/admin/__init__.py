"""Setting the council up, and wording its pages."""
