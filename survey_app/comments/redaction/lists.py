"""The lists of words behind the rules, in files to be reviewed: given names, family names, words that are none."""

from __future__ import annotations

import unicodedata
from importlib.resources import files

_PLAIN_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "’": "'", "‘": "'", "`": "'", "´": "'"}
)


def words_in(text: str) -> frozenset[str]:
    """The words of a list that is written as a text."""
    return frozenset(text.split())


def folded(word: str) -> str:
    """A word as the lists spell it: small, without accents, with one kind of apostrophe."""
    word = word.casefold()
    if word.isascii():
        return word.replace("`", "'")
    marked = unicodedata.normalize("NFD", word.translate(_PLAIN_LETTERS))
    return "".join(sign for sign in marked if not unicodedata.combining(sign))


def _paragraphs(name: str) -> list[frozenset[str]]:
    """Each paragraph of a list begins with lines of explanation."""
    text = files("survey_app.comments.redaction").joinpath(name).read_text(encoding="utf-8")
    return [
        frozenset(word for line in part.splitlines() if not line.startswith("#") for word in line.split())
        for part in text.split("\n\n")
    ]


PLAIN = frozenset[str]().union(*_paragraphs("plain_words.txt"))
WORD_NAMES, SOFT_NAMES, PLACE_NAMES = _paragraphs("uncertain_names.txt")[1:]
"""Names that are also words or months; flowers, virtues and things; places. See the file."""
UNCERTAIN = WORD_NAMES | SOFT_NAMES | PLACE_NAMES
GIVEN = frozenset[str]().union(*_paragraphs("first_names.txt")) - UNCERTAIN - PLAIN
SURNAMES = frozenset[str]().union(*_paragraphs("surnames.txt"))


_SHORTEST_STEM = 3


def is_plain(word: str) -> bool:
    """Whether a folded word is plain English, in one of its usual forms."""
    if word in PLAIN:
        return True
    return any(
        word.endswith(ending)
        and len(word) - len(ending) >= _SHORTEST_STEM
        and (word[: -len(ending)] in PLAIN or word[: -len(ending)] + "e" in PLAIN)
        for ending in ("'s", "s", "es", "d", "ed", "ing", "ly", "er", "n't", "'ve", "'ll", "'re", "'d", "'m")
    )
