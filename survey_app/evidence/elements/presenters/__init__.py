"""The board and an element's page in words."""
