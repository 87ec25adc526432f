"""Codes of ours for surveys, questions and options of other programs, which call them what they like."""

from __future__ import annotations

import re
import unicodedata
from itertools import count

from survey_app.surveys.reading import RESERVED_CODES

_LONGEST_SURVEY_CODE, _LONGEST_QUESTION_CODE, _LONGEST_OPTION_CODE = 40, 60, 30
_OPTION_CODE = re.compile(r"[A-Za-z0-9_-]{1,30}")


def survey_code(title: str, identity: str) -> str:
    """A survey's code: its title, and what tells it from all others that its program may give the same title."""
    words, last = _plain(title, "-"), _plain(identity, "-")[-20:].strip("-")
    whole = f"{words[: _LONGEST_SURVEY_CODE - len(last) - 1].strip('-')}-{last}".strip("-")
    return whole or "imported"


class Codes:
    """Gives out the codes of one survey, each once. They begin with the survey's code, so that no two surveys share the
    lineage of a question by accident."""

    def __init__(self, survey: str) -> None:
        prefix = survey.replace("-", "_")
        self._prefix = prefix if prefix[:1].isalpha() else f"s{prefix}"
        self._taken: set[str] = set(RESERVED_CODES)

    def question(self, *names: str) -> str:
        """The code for a question, or for a part of one, that is called so there."""
        wanted = "_".join([self._prefix, *(_plain(name, "_") or "x" for name in names)])
        code = _free(wanted[:_LONGEST_QUESTION_CODE], self._taken, _LONGEST_QUESTION_CODE, "_")
        self._taken.add(code)
        return code


def option_codes(names: list[str]) -> list[str]:
    """Codes for the options of a question, in their order: as they are called there, where ours may be called so."""
    taken: set[str] = set()
    codes = []
    for n, name in enumerate(names, start=1):
        wanted = name if _OPTION_CODE.fullmatch(name) else _plain(name, "_")[:_LONGEST_OPTION_CODE] or f"option_{n}"
        codes.append(_free(wanted, taken, _LONGEST_OPTION_CODE, "_"))
        taken.add(codes[-1])
    return codes


def _free(code: str, taken: set[str], longest: int, dash: str) -> str:
    if code not in taken:
        return code
    numbered = (f"{code[: longest - len(suffix)]}{suffix}" for suffix in (f"{dash}{n}" for n in count(2)))
    return next(one for one in numbered if one not in taken)


def _plain(name: str, dash: str) -> str:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", dash, letters).strip(dash)
