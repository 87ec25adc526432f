"""Frameworks as files: one row an element, in the order in which an assessor goes through them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from typing import BinaryIO

from survey_app.kernel.csvfile import CsvFile
from survey_app.kernel.errors import InvalidInput

COLUMNS = ("criterion", "subcriterion", "element", "title", "about", "survey_evidence")
LONGEST = {"criterion": 120, "subcriterion": 120, "element": 20, "title": 200, "about": 4_000}  # characters
MOST_ELEMENTS = 500
MOST_PROBLEMS = 20  # lines that are named; what is wrong with the others is often the same
SURVEY_EVIDENCE = ("direct", "supporting", "none")

CSE_CODE = "cse"
CSE_NAME = "Customer Service Excellence"
CONTACT_CENTRE_CODE = "contact-centre"
CONTACT_CENTRE_NAME = "Contact centre"
# What stands in addresses beside a framework's code.
TAKEN_CODES = frozenset(
    {"accreditation", "assessors", "documents", "exhibits", "frameworks", "key", "packs", "pins", "sitting", "visits"}
)


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
    return _own_file("cse_elements.csv")


def contact_centre_elements() -> tuple[ElementRow, ...]:
    """What a good contact centre of a council shows, under headings of our own; the text of no standard."""
    return _own_file("contact_centre_elements.csv")


def _own_file(name: str) -> tuple[ElementRow, ...]:
    file = resources.files("survey_app.evidence") / name
    return tuple(read_elements(csv.DictReader(file.read_text(encoding="utf-8").splitlines())))


def read_elements(rows: Iterable[Mapping[str, str | None]]) -> Iterator[ElementRow]:
    """The elements of a file's rows, the first of them on line 2. InvalidInput says of each line that cannot be read
    why, one a line."""
    return iter(_all_or_none((line, row, None) for line, row in enumerate(rows, 2)))


def read_file(stream: BinaryIO) -> tuple[ElementRow, ...]:
    """The elements of a CSV file. InvalidInput as `read_elements` says, and for a file that is no CSV."""
    file = CsvFile(stream, required=COLUMNS)
    return _all_or_none((row.line, row.values, row.problem) for row in file)


def _all_or_none(rows: Iterable[tuple[int, Mapping[str, str | None], str | None]]) -> tuple[ElementRow, ...]:
    seen: dict[str, int] = {}
    elements, problems = [], []
    for line, row, broken in rows:
        cell = {column: (row.get(column) or "").strip() for column in COLUMNS}
        problem = broken or _problem(row, cell, seen)
        if problem is not None:
            problems.append(f"Line {line}: {problem}.")
            continue
        seen[cell["element"]] = line
        elements.append(
            ElementRow(
                criterion=cell["criterion"],
                sub_criterion=cell["subcriterion"],
                number=cell["element"],
                title=cell["title"],
                about=cell["about"],
                survey_evidence=cell["survey_evidence"],
            )
        )
    if len(elements) + len(problems) > MOST_ELEMENTS:
        raise InvalidInput(f"The file has more than {MOST_ELEMENTS} elements.")
    if problems:
        more = len(problems) - MOST_PROBLEMS
        said = [*problems[:MOST_PROBLEMS], *([f"{more} more lines have problems."] if more > 0 else [])]
        raise InvalidInput("\n".join(said))
    return tuple(elements)


def _problem(row: Mapping[str, str | None], cell: Mapping[str, str], seen: Mapping[str, int]) -> str | None:
    """Why a row is no element; None when it is one."""
    missing = [column for column in COLUMNS if row.get(column) is None]
    too_long = next((column for column, longest in LONGEST.items() if len(cell[column]) > longest), None)
    checks = {
        f"it has no {', '.join(missing)}; the columns are {', '.join(COLUMNS)}": bool(missing),
        "it has no number or no title": not cell["element"] or not cell["title"],
        f"the number {cell['element']} has a stroke in it, and stands in addresses": "/" in cell["element"],
        f"{too_long} is longer than {LONGEST.get(too_long or '')} characters": too_long is not None,
        f"element {cell['element']} stands on line {seen.get(cell['element'])} as well": cell["element"] in seen,
        f"survey_evidence is “{cell['survey_evidence']}”; it is one of {', '.join(SURVEY_EVIDENCE)}": (
            cell["survey_evidence"] not in SURVEY_EVIDENCE
        ),
    }
    return next((problem for problem, is_so in checks.items() if is_so), None)
