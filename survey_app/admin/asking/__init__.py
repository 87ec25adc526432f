"""Who is asked, and how many: the rules that the draw goes by, each with what it does."""
