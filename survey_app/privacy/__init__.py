"""What people may ask of their data, how long it is kept, and what the council writes down about both."""
