"""The code that somebody types from paper or an e-mail instead of opening a link.

It has 10 of 25 characters: 25^10 = 95,367,431,640,625 codes, about 46 bits. That is too short for a link that may be
tried without end, so wrong codes are counted: 20 an hour from one address, 1,000 an hour from all together. With
100,000 invitations open, somebody who uses up the whole of that hour after hour finds one in 109 years on average
(95,367,431,640,625 / 100,000 / 1,000 hours), and then may answer one survey. A stored code is a keyed hash, as 46 bits
could be tried out on a stolen database.
"""

from __future__ import annotations

import re
import unicodedata

from survey_app.kernel.characters import shortened
from survey_app.kernel.tokens import CODE_ALPHABET

CODE_LENGTH = 10
OPEN_CODE_LENGTH = 8  # of an open link, on a poster: no secret, so its wrong ones are not counted
WRONG_CODES_FROM_ONE_ADDRESS = "20 per hour"
WRONG_CODES_IN_ALL = "1000 per hour"

_BETWEEN = re.compile(r"[\s\-\u2010-\u2015._/]+")
# What stands for the letters and digits that are in no code, as eyes take them for one another.
_LOOKS_LIKE = {
    "0": "D or Q",
    "O": "D or Q",
    "1": "J or 7",
    "I": "J or T",
    "L": "J or C",
    "2": "7",
    "Z": "7",
    "5": "6 or G",
    "S": "6 or G",
    "8": "3 or 6",
    "B": "3 or 6",
}
NEVER_IN_A_CODE = "".join(sorted(_LOOKS_LIKE))


def grouped(code: str) -> str:
    """A code as it is printed: in two halves."""
    half = len(code) // 2
    return f"{code[:half]} {code[half:]}"


def read_code(typed: str, length: int = CODE_LENGTH) -> str | None:
    """The code that was typed in small or large letters, with or without blanks and dashes; None when it is none of
    this length."""
    code = _plain(typed)
    return code if len(code) == length and set(code) <= set(CODE_ALPHABET) else None


def what_is_wrong(typed: str) -> str:
    """Why what was typed can be no code, and what to look at: words for the person who typed it."""
    code = _plain(typed)
    if not code:
        return "Enter the code from our letter, card, e-mail or poster"
    for character in code:
        if character in _LOOKS_LIKE:
            return f"{_named(character)} is never in a code. Look again: it may be {_LOOKS_LIKE[character]}"
        if character not in CODE_ALPHABET:
            return f"A code has letters and digits only, not {shortened(character)!r}"
    lengths = f"{CODE_LENGTH} letters and digits, or {OPEN_CODE_LENGTH} on a poster"
    return f"A code has {lengths}. You entered {len(code)}"


def _plain(typed: str) -> str:
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", typed)).upper()


def _named(character: str) -> str:
    return f"The digit {character}" if character.isdigit() else f"The letter {character}"
