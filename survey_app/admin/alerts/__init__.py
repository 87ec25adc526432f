"""The kinds of alert: their phrases, tried before they hold, and who is told."""
