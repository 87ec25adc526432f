"""Setting the council up."""
