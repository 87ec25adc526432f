"""Pure basics: clock, periods, CSV files, tokens, errors. Knows nothing of the web or the database."""
