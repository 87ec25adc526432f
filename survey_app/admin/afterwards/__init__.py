"""What residents meet after their answer: questions about them, and where to turn in danger."""
