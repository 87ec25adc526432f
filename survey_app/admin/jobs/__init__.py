"""How the jobs stand, what they gave up, and trying that again."""
