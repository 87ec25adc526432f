"""Every figure, every answer: what the platform promises, tested from outside."""
