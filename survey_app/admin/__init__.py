"""Setting up the council: one page a step, each of which can be changed again."""
