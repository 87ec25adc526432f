"""One person: what is held about them, given out, or erased."""
