"""Codes that are made of words: of a question, of an answer and of a survey. Once given, a code never changes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from itertools import count

from survey_app.surveys.reading import RESERVED_CODES

_LONGEST_OF_WORDS = 40  # leaves room for a number, where the same words come twice
_LONGEST_OF_ANSWER = 24


def question_code(words: str, taken: Collection[str] = ()) -> str:
    """The code of a new question: its short label in small letters, with a number where it is taken."""
    return _free(_plain(words, "_", _LONGEST_OF_WORDS, begins_with="q"), "_", {*taken, *RESERVED_CODES})


def answer_code(label: str, taken: Collection[str] = ()) -> str:
    """The code of a new answer of a question."""
    return _free(_plain(label, "_", _LONGEST_OF_ANSWER, begins_with="a"), "_", taken)


def survey_code(name: str) -> str:
    """The code of a new survey, which stands in its address. Whether it is free only the database knows."""
    return _plain(name, "-", _LONGEST_OF_WORDS, begins_with="survey")


def _plain(words: str, joint: str, longest: int, *, begins_with: str) -> str:
    """Letters of the Latin alphabet and digits; words of another script leave nothing, and the beginning alone."""
    letters = unicodedata.normalize("NFKD", words.casefold()).encode("ascii", "ignore").decode()
    code = re.sub(r"[^a-z0-9]+", joint, letters).strip(joint)
    code = code if code[:1].isalpha() else f"{begins_with}{joint}{code}"
    return code[:longest].rstrip(joint)


def _free(code: str, joint: str, taken: Collection[str]) -> str:
    if code not in taken:
        return code
    return next(other for n in count(2) if (other := f"{code}{joint}{n}") not in taken)
