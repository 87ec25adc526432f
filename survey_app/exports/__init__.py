"""The one writer of tables as files."""
