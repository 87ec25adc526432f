"""Users, roles, sign-in and scope of staff."""
