"""Who did what, when: append-only lines, written in the caller's transaction."""
