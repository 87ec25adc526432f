"""What comes after an answer: the thank-you, consent to be contacted, questions about the person, help in danger."""
