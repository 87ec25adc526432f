"""The explorer in the words of its pages."""
