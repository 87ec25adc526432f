"""The codebook: what each column of a file of answers holds, each answer with its code, label and score, and what is
missing. A row a column and answer, so that R and SPSS read it as well as people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from survey_app.exports.responses.layout import FACTS, LEFT_EMPTY, LONG, Edition, Place, WideLayout, Wording
from survey_app.exports.sheets import Cell, Sheet
from survey_app.exports.tables import Column, Kind
from survey_app.surveys.kinds import TALLIED

NAME = "Codebook"
HEADER = (
    *("column", "type", "what", "question", "wording_number", "wording", "short_label", "measure", "versions"),
    *("code", "label", "score", "counts"),
)
NOT_ASKED = "Not asked: not in this version of the survey, or not shown to this person"
NOTHING = "Not asked, or left empty"
Codes = Mapping[str, Sequence[tuple[str, str]]]  # of a fact: each code with what it is called


def wide_codebook(layout: WideLayout, editions: Sequence[Edition], codes: Codes) -> Sheet:
    """Of a row a response."""
    asked_in = _asked_in(editions)
    rows: list[Sequence[Cell]] = []
    for place in layout.places:
        rows += _of_question(place, asked_in) if place.wordings else _of_fact(place.column, place.says, codes)
    return Sheet(NAME, HEADER, rows)


def long_codebook(editions: Sequence[Edition], codes: Codes) -> Sheet:
    """Of a row an answer: every question's answers stand under the column `answer`."""
    asked_in = _asked_in(editions)
    rows: list[Sequence[Cell]] = []
    for column, says in {**FACTS, **LONG}.items():
        rows += _of_fact(column, says, codes)
    wordings = {wording.id: wording for edition in editions for wording, _ in edition.given_out}
    for wording in sorted(wordings.values(), key=lambda each: (each.question, each.number)):
        place = Place(Column("answer"), "The code of the answer.", (wording,))
        rows += _of_question(place, asked_in)
    return Sheet(NAME, HEADER, rows)


def _asked_in(editions: Sequence[Edition]) -> dict[int, str]:
    """The versions in which each wording was asked."""
    found: dict[int, list[str]] = {}
    for edition in editions:
        for wording, _ in edition.asked:
            found.setdefault(wording.id, []).append(edition.name)
    return {wording: " ".join(names) for wording, names in found.items()}


def _of_fact(column: Column, says: str, codes: Codes) -> Iterator[Sequence[Cell]]:
    start: list[Cell] = [column.name, column.kind.value, says, *[None] * 6]
    yield [*start, None, None, None, None]
    for code, label in codes.get(column.name, ()):
        yield [*start, code, label, None, None]


def _of_question(place: Place, asked_in: Mapping[int, str]) -> Iterator[Sequence[Cell]]:
    for wording in place.wordings:
        start: list[Cell] = [
            place.column.name,
            place.column.kind.value,
            place.says,
            wording.question,
            wording.number,
            wording.words,
            wording.short_label,
            wording.measure,
            asked_in.get(wording.id),
        ]
        yield from ([*start, *answer] for answer in _answers(place, wording))


def _answers(place: Place, wording: Wording) -> Iterator[Sequence[Cell]]:
    options = [option for option in wording.options if place.option in (None, option.code)]
    is_score = place.column.kind is Kind.WHOLE and wording.kind in TALLIED
    for option in options:
        if place.option is not None:
            yield [option.code, option.label, None, None]
        elif not is_score or option.score is not None:
            code = str(option.score) if is_score else option.code
            yield [code, option.label, option.score, "yes" if option.counts else "no"]
    if wording.kind in TALLIED and not is_score:
        yield [LEFT_EMPTY, "Shown and left empty", None, "no"]
        yield [None, NOT_ASKED, None, "no"]
    elif is_score:
        yield [None, f"{NOTHING}, or an answer without a score", None, "no"]
    else:
        yield [None, NOTHING, None, None]
