"""Contacts as JSON objects: the columns of a file as fields, by the same rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.contacts.reading import COLUMNS, Rejected, read_contact
from survey_app.contacts.sorting import ReadRow
from survey_app.kernel.characters import fit, shortened
from survey_app.kernel.csvfile import CsvRow

YES_OR_NO = frozenset({"resolved_first_time", "open_complaint", "sensitive", "do_not_survey"})
MOST_NAMED = 20  # fields that are no part of a contact, in an answer


@dataclass(frozen=True)
class JsonRows:
    """The rows, in the order of the objects, and the names of fields that are no part of a contact."""

    rows: list[ReadRow]
    dropped: list[str]


def read_objects(objects: Sequence[object], *, now: datetime) -> JsonRows:
    """Read parsed JSON whose numbers are still text as they were written. Never raises, whatever is in it.

    The `line` of a row is its place, from 1. What is no object is a rejected row.
    """
    rows = [_read(place, each, now) for place, each in enumerate(objects, start=1)]
    return JsonRows(rows, _dropped(each for each in objects if isinstance(each, dict)))


def _read(place: int, given: object, now: datetime) -> ReadRow:
    if not isinstance(given, dict):
        return CsvRow(place, ()), Rejected(("it is no object",))
    fields = {column: given[column] for column in COLUMNS if given.get(column) is not None}
    values = {column: _text(value) for column, value in fields.items()}
    row = CsvRow(place, (), values)
    wrong = [reason for column, value in fields.items() if (reason := _wrong(column, value)) is not None]
    return row, Rejected(tuple(wrong)) if wrong else read_contact(values, now=now)


def _wrong(column: str, value: object) -> str | None:
    if isinstance(value, bool) and column not in YES_OR_NO:
        return f"{column} is true or false, and should be text"
    return None if isinstance(value, bool | str) else f"{column} is neither text nor a number"


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return fit(value) if isinstance(value, str) else ""


def _dropped(objects: Iterable[Mapping[str, object]]) -> list[str]:
    known, found = set(COLUMNS), dict[str, None]()
    for each in objects:
        found |= dict.fromkeys(name for name in each if name not in known)
    return sorted(shortened(fit(name)) for name in list(found)[:MOST_NAMED])
