"""Changing an answer, and taking it back, by the link that it was given by."""
