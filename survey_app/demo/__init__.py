"""Scenarios: whole councils, made of synthetic people."""
