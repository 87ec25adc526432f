"""Staff pages. No rules live here."""
