"""Who has access: added, changed, ended and given back by an administrator, never by themselves."""
