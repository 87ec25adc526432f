"""What assessors ask and say about elements, and what the council answers."""
