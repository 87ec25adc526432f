"""Measures that the council defines for itself: a question, and what each of its options counts as."""
