"""Answers that are held for review: who looks at them, and what they would change."""
