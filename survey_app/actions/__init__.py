"""What the council does about what it hears: with one person, with a service, and in public."""
