"""Asking: the draw, facts frozen, messages with fresh tokens, reminders."""
