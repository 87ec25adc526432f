"""The pages on which a council defines measures of its own."""
