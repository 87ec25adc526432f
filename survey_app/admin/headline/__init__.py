"""The headline of a year: named before the year begins, so that nobody can have chosen it for its figure."""
