"""People check the machine: what it is unsure of, and a blind sample each month, read by two people."""
