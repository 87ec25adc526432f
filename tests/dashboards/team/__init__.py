"""The page of a team."""
