"""What was heard, what was done about it, and whether it helped."""
