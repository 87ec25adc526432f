"""People who have access: found, added, changed, ended and given back."""
