"""What people wrote: redacted first, then sentiment that knows the question, then themes."""
