"""Words that are written more often than before."""
