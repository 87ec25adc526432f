"""Logo and colours, seen before they are kept."""
