"""What each measure should reach, from when, and what it was before: a history that nobody rewrites."""
