"""Answering: the public form, what is recorded, and the change feed of every answer."""
