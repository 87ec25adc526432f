"""What of the product is off, and why."""
