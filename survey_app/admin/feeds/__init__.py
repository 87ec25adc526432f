"""How contacts come in, whether as usual, and who is told when not."""
