"""The single rows behind a pinned figure, as far as somebody outside may see them."""
