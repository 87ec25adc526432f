"""Frameworks as files: one row an element, in the order in which an assessor goes through them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources

from survey_app.kernel.errors import InvalidInput

COLUMNS = ("criterion", "subcriterion", "element", "title", "about", "survey_evidence")
LONGEST = {"criterion": 120, "subcriterion": 120, "element": 20, "title": 200}  # characters
SURVEY_EVIDENCE = ("direct", "supporting", "none")

CSE_CODE = "cse"
CSE_NAME = "Customer Service Excellence"


@dataclass(frozen=True)
class ElementRow:
    """One element as a file gives it. `survey_evidence` says how far a survey alone can show it."""

    criterion: str
    sub_criterion: str
    number: str
    title: str
    about: str
    survey_evidence: str


def cse_elements() -> tuple[ElementRow, ...]:
    """The 57 elements of Customer Service Excellence by number; titles and explanations are in our own words."""
    file = resources.files("survey_app.evidence") / "cse_elements.csv"
    return tuple(read_elements(csv.DictReader(file.read_text(encoding="utf-8").splitlines())))


def read_elements(rows: Iterable[Mapping[str, str | None]]) -> Iterator[ElementRow]:
    """The elements of a file's rows. InvalidInput names the first line that cannot be read and why."""
    seen: set[str] = set()
    for line, row in enumerate(rows, 2):
        missing = [column for column in COLUMNS if row.get(column) is None]
        if missing:
            raise InvalidInput(f"Line {line} has no {', '.join(missing)}. The columns are {', '.join(COLUMNS)}.")
        cell = {column: (row[column] or "").strip() for column in COLUMNS}
        if not cell["element"] or not cell["title"]:
            raise InvalidInput(f"Line {line} has no number or no title.")
        for column, longest in LONGEST.items():
            if len(cell[column]) > longest:
                raise InvalidInput(f"Line {line}: {column} is longer than {longest} characters.")
        if cell["element"] in seen:
            raise InvalidInput(f"Line {line}: element {cell['element']} stands twice.")
        if cell["survey_evidence"] not in SURVEY_EVIDENCE:
            raise InvalidInput(f"Line {line}: survey_evidence is one of {', '.join(SURVEY_EVIDENCE)}.")
        seen.add(cell["element"])
        yield ElementRow(
            criterion=cell["criterion"],
            sub_criterion=cell["subcriterion"],
            number=cell["element"],
            title=cell["title"],
            about=cell["about"],
            survey_evidence=cell["survey_evidence"],
        )
