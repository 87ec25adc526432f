"""The door to all that concerns data protection: what waits, and where everything is."""
