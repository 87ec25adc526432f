"""The languages into which the council translates its surveys."""
