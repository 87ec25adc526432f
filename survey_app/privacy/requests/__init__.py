"""What people ask of the data about them: written down with its last day, and done."""
