"""Addresses and numbers to which nothing is sent for a while or for good, and why."""
