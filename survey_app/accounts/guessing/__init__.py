"""Guessed passwords: few tries for an account, from wherever they come, and none taken from browsers that are known."""
