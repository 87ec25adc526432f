"""Staff pages: the overview, a figure's passport, comments. No figure is computed here, and none is worded twice."""
