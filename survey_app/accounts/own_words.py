"""What everybody who knows a person would try first: their name, their address, the council's name."""

from __future__ import annotations

import re
from collections.abc import Iterable

MUST_REMAIN = 8  # letters and digits, when all that belongs to the person is taken away
_SHORTEST = 3  # shorter words are in too many others


def own_words(*texts: str) -> list[str]:
    """The words of names and addresses, longest first, in small letters."""
    found = {word for text in texts for word in re.split(r"[\W_]+", text.lower()) if len(word) >= _SHORTEST}
    return sorted(found, key=lambda word: (-len(word), word))


def is_made_of(password: str, words: Iterable[str]) -> bool:
    """Whether too little of a password is left without these words."""
    left = password.lower()
    for word in words:
        left = left.replace(word, "")
    return left != password.lower() and len(re.sub(r"[\W_]", "", left)) < MUST_REMAIN
