"""The surveys that the council makes: the list, and the builder of a draft."""
