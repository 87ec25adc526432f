"""Sealed accounts for the day when nobody else gets in: whoever uses one is seen at once."""
