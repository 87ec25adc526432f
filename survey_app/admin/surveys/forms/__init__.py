"""The forms of the builder: of a survey as a whole, of a question, and of a condition."""
