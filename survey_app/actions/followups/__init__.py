"""The closed loop with one person: who asked to be contacted after a low score, until it is put right."""
