"""The pages of series of others, labelled as not ours."""
