"""Complaints about how the council uses people's data: taken in, acknowledged in 30 days, answered, and forgotten."""
