"""Taking an answer back for the person who gave it and asks us: from paper, by phone, or whose link is lost."""
