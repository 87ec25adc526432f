"""What the council calls its channels, and which it uses."""
