"""What may be asked of data, and how long it is kept."""
