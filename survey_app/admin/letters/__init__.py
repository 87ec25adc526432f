"""Letters and cards: how many wait, and one button that prints them."""
