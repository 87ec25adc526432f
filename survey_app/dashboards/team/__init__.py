"""The page of somebody in a team: its figures, what residents say, what was changed, and a box for ideas."""
