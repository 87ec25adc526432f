"""Answers that staff enter, for people on the phone and from paper. Whose answer it is, staff do not choose: somebody
was asked, or holds a card with a code on it."""
