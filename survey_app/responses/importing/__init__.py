"""Surveys of other programs taken over, with the answers that came with them."""
