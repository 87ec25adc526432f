"""Comments that somebody marked as worth quoting in evidence."""
