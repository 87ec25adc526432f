"""What every reader of a foreign file hands back, and what a reader is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from survey_app.surveys.importing.files import ForeignFile
from survey_app.surveys.reading import LeftOut
from survey_app.surveys.structure import SurveyStructure


@dataclass(frozen=True)
class ImportedAnswer:
    """One answered survey out of a file: what was given, by question code.

    `choices`, `texts` and `values` have the shape of `responses.given.GivenAnswers`, and name only questions and
    options of the structure they came with. Who answered is never in it.
    """

    key: str  # tells it from all others of its source, and is the same when the same file is read again
    submitted_at: datetime | None  # as the file has it: without an offset it is a time in London; None: nobody knows
    language: str = "en"
    choices: Mapping[str, str] = field(default_factory=dict)  # question code -> option code
    texts: Mapping[str, str] = field(default_factory=dict)  # question code, or "<code>.other" -> what was written
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # several options, or a number or day


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
