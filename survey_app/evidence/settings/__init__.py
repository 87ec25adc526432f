"""Which frameworks there are, and when each counts as passed."""
