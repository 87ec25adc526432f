"""Elements of a framework: the board, an element's page, and what the council says of itself."""
