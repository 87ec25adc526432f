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
_TOKEN_TEXT = re.compile(_TOKEN.pattern.replace("?P<word>", "?:"))
_FOLDS = str.maketrans("’‘`´", "''''", ".")


class Word(NamedTuple):
    """One word, sign or emoji: `key` is folded for comparing, `start` and `end` are its place in the text."""

    key: str
    start: int
    end: int
    is_word: bool


def keys_of(text: str) -> list[str]:
    """The keys alone, in a third of the time; a sign's is no letter, and may be empty."""
    return folded("\x00".join(_TOKEN_TEXT.findall(text))).split("\x00")


def folded(text: str) -> str:
    """A text as the keys of its words are: what is a word's key stands in here as it is."""
    return text.translate(_FOLDS).casefold()


def words_of(text: str) -> list[Word]:
    """The words, emoji and signs of a text in order. Digits are left out: no rule looks at a figure."""
    return [
        Word(
            folded(match[0]) if match.lastgroup else match[0],
            match.start(),
            match.end(),
            match.lastgroup == "word",
        )
        for match in _TOKEN.finditer(text)
    ]
