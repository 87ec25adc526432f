"""What other systems of the council ask for and send: JSON, with a key."""
