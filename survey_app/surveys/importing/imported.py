"""What every reader of a foreign file hands back, and what a reader is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from survey_app.surveys.importing.files import ForeignFile
from survey_app.surveys.reading import LeftOut
from survey_app.surveys.structure import SurveyStructure

_MOST_NAMED = 30


@dataclass(frozen=True)
class ImportedAnswer:
    """One answered survey out of a file: what was given, by question code.

    `choices`, `texts` and `values` have the shape of `responses.given.GivenAnswers`, and name only questions and
    options of the structure they came with. Who answered is never in it.
    """

    key: str  # of this answer in this survey of this program alone, and the same when the file is read again
    submitted_at: datetime | None  # as the file has it: without an offset it is a time in London; None: nobody knows
    language: str = "en"
    choices: Mapping[str, str] = field(default_factory=dict)  # question code -> option code
    texts: Mapping[str, str] = field(default_factory=dict)  # question code, or "<code>.other" -> what was written
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # several options, or a number or day


class LeftOuts:
    """What was not carried over, as it is found: each thing once, the questions that have the same together."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], list[str]] = {}

    def add(self, what: str, why: str) -> None:
        """A thing by its own name."""
        self._found.setdefault((what, why), [])

    def of(self, what: str, whose: str, why: str) -> None:
        """Something of a question, or of another part: "a script (Q1, Q7)"."""
        owners = self._found.setdefault((what, why), [])
        if whose not in owners:
            owners.append(whose)

    def all(self) -> tuple[LeftOut, ...]:
        return tuple(LeftOut(f"{what}{_in_brackets(owners)}", why) for (what, why), owners in self._found.items())


def _in_brackets(owners: list[str]) -> str:
    if not owners:
        return ""
    more = f" and {len(owners) - _MOST_NAMED} more" if len(owners) > _MOST_NAMED else ""
    return f" ({', '.join(owners[:_MOST_NAMED])}{more})"


@dataclass(frozen=True)
class Imported:
    """A survey of another program, in our terms. What has no place here is in `left_out`, by the name it had there."""

    structure: SurveyStructure
    answers: tuple[ImportedAnswer, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True)
class Reader:
    """How one format is told from others, and read."""

    name: str  # as people know it: "LimeSurvey (.lss, .lsa)"
    recognises: Callable[[ForeignFile], bool]  # by its content; never raises
    read: Callable[[ForeignFile], Imported]  # raises InvalidInput and nothing else
