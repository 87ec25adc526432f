"""The versions of a survey: what each changed, and any two side by side."""
