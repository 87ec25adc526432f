"""Kind words of residents, passed on to the team that they are about."""
