"""The list of jobs, health, backup."""
