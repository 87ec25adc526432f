"""What the templates of the overview, and of the pages beside it, receive."""
