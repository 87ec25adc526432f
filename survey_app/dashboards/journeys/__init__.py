"""The page of journeys: how many contacts one matter took, and how people felt after them."""
