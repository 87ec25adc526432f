"""Answered surveys as rows: wide, a row a response; or long, a row an answer. And the codebook that explains them."""
