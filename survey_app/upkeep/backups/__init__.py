"""Backups: all rows as they stand in the database, sealed, and brought back into either kind of database."""
