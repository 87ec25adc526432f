"""Words that somebody has to see at once: danger, threats, discrimination, the law, the press."""
