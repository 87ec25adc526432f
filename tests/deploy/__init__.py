"""The files of operations in deploy/: they say what the app needs, and real programs read them."""
