"""The themes of comments: what each finds, tried on past comments before it is kept, with a history to undo."""
