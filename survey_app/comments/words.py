"""How a comment is cut into words: once, for sentiment and themes alike, so that what matched can be marked."""

from __future__ import annotations

import re
from typing import NamedTuple

# A marker left by redaction is no word of the resident's, so it counts as a stop. Every alternative starts with another
# character and repeats one class possessively: the time grows with the length of the text and nothing else.
_TOKEN = re.compile(
    r"\[[A-Za-z ]{1,30} removed\]"
    r"|(?P<word>[^\W\d_](?:\.[^\W\d_])++(?![^\W\d_])|[^\W\d_]++(?:['’‘`´][^\W\d_]++)*+)"
    r"|[\u2600-\u27bf\U0001f300-\U0001faff]"
    r"|[.!?;:,()\n]|(?<=\s)[-–—](?=\s)"
)
_FOLDS = str.maketrans("’‘`´", "''''", ".")


class Word(NamedTuple):
    """One word, sign or emoji: `key` is folded for comparing, `start` and `end` are its place in the text."""

    key: str
    start: int
    end: int
    is_word: bool


def words_of(text: str) -> list[Word]:
    """The words, emoji and signs of a text in order. Digits are left out: no rule looks at a figure."""
    return [
        Word(
            match[0].translate(_FOLDS).casefold() if match.lastgroup else match[0],
            match.start(),
            match.end(),
            match.lastgroup == "word",
        )
        for match in _TOKEN.finditer(text)
    ]
