"""Deleting what was kept long enough, by one table of classes."""
