"""The CSV that goes to a translator and comes back: a row for each text, known by its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import BinaryIO, TextIO

from survey_app.kernel.characters import shortened
from survey_app.kernel.csvfile import CsvFile, SafeWriter, plain_cell
from survey_app.surveys.translating import Line

COLUMNS = ("place", "question", "english", "translation", "state")
LONGEST_TEXT = 2_000


def write_translation(file: TextIO, lines: Iterable[Line]) -> None:
    """Every text with its translation, safe for any spreadsheet; `state` says what is missing or out of date."""
    writer = SafeWriter(file)
    writer.write(COLUMNS)
    for line in lines:
        state = "missing" if line.is_missing else "out of date" if line.is_stale else ""
        writer.write((line.place, line.about, line.english, line.translation, state))


def read_translation(stream: BinaryIO, lines: Iterable[Line]) -> tuple[dict[str, str], list[str]]:
    """The translations that a file brings, by place, and a sentence for each row that cannot be taken. A row without a
    translation changes nothing. InvalidInput for what is no such file."""
    known: Mapping[str, Line] = {line.place: line for line in lines}
    found: dict[str, str] = {}
    problems: list[str] = []
    for row in CsvFile(stream, required=("place", "english", "translation")):
        cells = {name: plain_cell(value).strip() for name, value in row.values.items()}
        place, text = cells.get("place", ""), cells.get("translation", "")
        if row.problem is not None:
            problems.append(f"Line {row.line}: {row.problem}.")
        elif place not in known:
            problems.append(f"Line {row.line}: this survey has no text called {shortened(place) or 'nothing'}.")
        elif " ".join(cells["english"].split()) != " ".join(known[place].english.split()):
            problems.append(f"Line {row.line}: the English of {place} reads otherwise now. Fetch the file anew.")
        elif place in found:
            problems.append(f"Line {row.line}: {place} is there twice.")
        elif len(text) > LONGEST_TEXT:
            problems.append(f"Line {row.line}: the translation is longer than {LONGEST_TEXT:,} characters.")
        elif text:
            found[place] = text
    return found, problems
