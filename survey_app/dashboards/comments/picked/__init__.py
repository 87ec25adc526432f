"""The comments among which quotes are picked by lot."""
