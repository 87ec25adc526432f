"""Were the right people asked? The page /coverage: the ledger, the test for hand-picking, and who is missing."""
