"""What residents read about the council, after it was set up."""
