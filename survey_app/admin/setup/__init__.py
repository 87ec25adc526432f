"""The steps of setting up: a page each, which can be changed again or undone."""
