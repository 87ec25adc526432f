"""Finding comments by words and by facts, in both databases alike."""
