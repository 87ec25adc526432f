"""What a file holds, in the words of its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from survey_app.admin.surveys.words import KIND_LABELS
from survey_app.kernel.characters import shortened
from survey_app.kernel.clock import LONDON
from survey_app.surveys.importing import Imported, ImportedAnswer
from survey_app.surveys.reading import LeftOut
from survey_app.surveys.structure import Item

_MOST_QUESTIONS, _MOST_LEFT_OUT = 200, 300
_LONGEST_WORDING = 200


@dataclass(frozen=True)
class QuestionRow:
    page: int
    heading: str
    wording: str
    kind: str
    options: str
    condition: str


@dataclass(frozen=True)
class Found:
    """A file as its page shows it."""

    name: str
    questions: int
    pages: int
    rules: int
    languages: Sequence[str]
    answers: int
    years: Sequence[str]
    rows: Sequence[QuestionRow]
    left_out: Sequence[LeftOut]
    more_left_out: int


def found_in(imported: Imported) -> Found:
    items = imported.structure.items
    return Found(
        name=imported.structure.name,
        questions=imported.structure.question_count,
        pages=len({item.page for item in items}),
        rules=len(imported.structure.rules),
        languages=imported.structure.languages,
        answers=len(imported.answers),
        years=_years(imported.answers),
        rows=[_row(item) for item in items[:_MOST_QUESTIONS]],
        left_out=imported.left_out[:_MOST_LEFT_OUT],
        more_left_out=max(len(imported.left_out) - _MOST_LEFT_OUT, 0),
    )


def _row(item: Item) -> QuestionRow:
    question = item.question
    labels = [choice.label for choice in question.choices]
    return QuestionRow(
        page=item.page,
        heading=shortened(item.stem, _LONGEST_WORDING),
        wording=shortened(question.wording, _LONGEST_WORDING),
        kind=KIND_LABELS[question.kind],
        options=shortened("; ".join(labels), _LONGEST_WORDING),
        condition="only of some" if item.show_if else "",
    )


def _years(answers: Sequence[ImportedAnswer]) -> list[str]:
    """How many answers of each year, in London: "2023: 1,204", and those of which nobody knows the day."""
    moments = [answer.submitted_at for answer in answers if answer.submitted_at is not None]
    years = sorted((at if at.tzinfo is None else at.astimezone(LONDON)).year for at in moments)
    said = [f"{year}: {len(list(of_year)):,}" for year, of_year in groupby(years)]
    undated = len(answers) - len(moments)
    return [*said, f"of an unknown day, in no figure: {undated:,}"] if undated else said
