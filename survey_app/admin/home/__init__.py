"""Where every setting is found, with how it stands."""
