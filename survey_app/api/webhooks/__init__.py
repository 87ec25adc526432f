"""Other systems are told what happened: signed, repeated until they have it, and written down."""
