"""What a council writes itself for the messages of a survey."""
