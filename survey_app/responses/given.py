"""What somebody answered, before it is stored."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from survey_app.kernel.characters import fit

LONGEST_TEXT = 5_000
MOST_DECIMALS = 6


@dataclass(frozen=True)
class GivenAnswers:
    """Answers by question code. What was left empty is not in it.

    `choices` are codes of options; `texts` what was written, also beside an option: see `other_of`. `values` are the
    codes of several options in the order of the question, those of a ranking the best first, or one number or day:
    "12.5", "2026-03-01".

    `left_empty` are the questions, but for those answered in words, that were shown and got no answer, of those that
    not everybody is shown.
    """

    choices: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    left_empty: tuple[str, ...] = ()

    def as_document(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Self:
        """The answers of which this is the document."""
        values = {code: tuple(several) for code, several in document.get("values", {}).items()}
        return cls(document["choices"], document["texts"], values, tuple(document.get("left_empty", ())))


def said_in(given: GivenAnswers) -> dict[str, str]:
    """Answers as one text for each question, with commas between several, as a draft keeps them."""
    return {**given.texts, **given.choices, **{code: ",".join(several) for code, several in given.values.items()}}


def other_of(code: str) -> str:
    """The name of what is written at the option "other" of a question. No question has a code with a point."""
    return f"{code}.other"


def number_text(number: float) -> str:
    """A number as `GivenAnswers` has it: 12, 12.5."""
    return f"{number:.{MOST_DECIMALS}f}".rstrip("0").rstrip(".")


def clean_text(text: str | None) -> str:
    """What somebody wrote, in one Unicode form, with plain line breaks and no control characters."""
    if not text:
        return ""
    return unicodedata.normalize("NFC", fit(text).replace("\r\n", "\n").replace("\r", "\n")).strip()
