"""How many people would have to be asked so that a change can show? By service, from the last year of asking."""
