"""The letter by which an improvement is called on every page: 1 is A, 26 is Z, 27 is AA."""

from __future__ import annotations

import re

from survey_app.kernel.errors import NotFound

_LETTERS = re.compile("[A-Z]{1,4}")


def letter_of(number: int) -> str:
    """Numbers count from 1."""
    letters = ""
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def number_of(letters: str) -> int:
    """The same backwards. NotFound for what is no such letter."""
    if not _LETTERS.fullmatch(letters):
        raise NotFound("There is no such improvement.")
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
