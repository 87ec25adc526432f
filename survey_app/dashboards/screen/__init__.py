"""The overview for a wall: read from afar, refreshed by itself."""
