"""Contacts (one interaction each): importing them, who may be asked, who asked us to stop."""
