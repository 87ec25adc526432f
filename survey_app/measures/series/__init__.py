"""Series of others: figures that the council was given, not ours. They stand with their source and are never pooled."""
