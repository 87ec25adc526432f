"""A new key of DATA_KEYS while the site runs: every row comes under it, and then the old one may go."""
