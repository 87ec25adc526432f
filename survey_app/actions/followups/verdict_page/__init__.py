"""The page on which a resident says whether it was put right. By a link from an e-mail; it needs no cookie."""
