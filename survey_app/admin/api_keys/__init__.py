"""Keys by which other systems use the API: made, shown once, listed and revoked."""
