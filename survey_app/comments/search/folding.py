"""How words are compared in a search: without capitals, accents and apostrophes. Comments and searches are folded by
the same rule, and both databases only cut the folded words at spaces: so they find the same."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

MOST_WORDS = 10_000  # of one comment; PostgreSQL counts places in a text no further than 16,383
LONGEST_WORD = 40
REMOVED = "0removed0"  # stands where a detail was taken out: its marker is no word of the resident's

# Marks on letters, and signs that cannot be seen, belong to the word that they stand in.
_INSIDE = "\u00ad\u0300-\u036f\u0483-\u0487\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u200b-\u200f\u2060\ufeff"
_WORD = re.compile(rf"\[[A-Za-z ]{{1,40}} removed\]|[^\W_](?:[^\W_]|[{_INSIDE}]|['’‘`´](?=[^\W_]))*+")


class FoldedWord(NamedTuple):
    """A word as it is compared, and its place in the text."""

    key: str
    start: int
    end: int


def folded_words(text: str) -> list[FoldedWord]:
    """The words of a text in order, as they are compared. Time grows with the length of the text and nothing else."""
    found = []
    for match in _WORD.finditer(text):
        key = REMOVED if match[0][0] == "[" else _folded(match[0])
        if key:
            found.append(FoldedWord(key, match.start(), match.end()))
            if len(found) == MOST_WORDS:
                break
    return found


def folded(text: str) -> str:
    """The words of a text as a search index takes them: one space between two."""
    return " ".join(word.key for word in folded_words(text))


def _folded(word: str) -> str:
    if word.isascii():
        return word.replace("'", "").replace("`", "").lower()[:LONGEST_WORD]
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", word).casefold())
    return "".join(sign for sign in plain if sign.isalnum())[:LONGEST_WORD]
