"""What a file of services, teams and sites says, checked as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from survey_app.kernel.characters import shortened
from survey_app.kernel.csvfile import CsvRow, plain_cell
from survey_app.kernel.moments import read_day
from survey_app.organisation.names import fold

REQUIRED_COLUMNS = ("kind", "code", "name")
COLUMNS = (*REQUIRED_COLUMNS, "parent", "valid_from", "valid_to", "successor")

_CODE = re.compile(r"\w[\w.-]{0,59}")
LONGEST_NAME = 120


class UnitKind(StrEnum):
    SERVICE = "service"
    TEAM = "team"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class Unit:
    """One service, team or site of the file. `parent` and `successor` are a code or name as written; None: none."""

    line: int
    kind: UnitKind
    code: str
    name: str
    parent: str | None
    valid_from: date | None
    valid_to: date | None
    successor: str | None = None


def is_code(text: str) -> bool:
    """Whether it can be the code of a service, team or site: 60 letters, digits, dots and hyphens at most."""
    return _CODE.fullmatch(text) is not None


def read_units(rows: Iterable[CsvRow]) -> tuple[list[Unit], list[str]]:
    """The units of a file, and everything that is wrong with it, line by line."""
    units: list[Unit] = []
    problems: list[str] = []
    seen: dict[tuple[UnitKind, str], int] = {}
    for row in rows:
        reasons, unit = _read_unit(row)
        if unit is not None:
            first = seen.setdefault((unit.kind, fold(unit.code)), unit.line)
            if first != unit.line:
                reasons.append(f"the {unit.kind} {unit.code} stands on line {first} already")
            units.append(unit)
        problems.extend(f"Line {row.line}: {reason}." for reason in reasons)
    return units, problems


def read_typed_services(text: str) -> tuple[list[tuple[str, ...]], list[str]]:
    """Services as people type them, one a line, and what is wrong, by line.

    Each is the path of names that leads to it: "Housing > Repairs" gives ("Housing",), then ("Housing", "Repairs").
    A service typed twice is there once, as it was typed first.
    """
    paths: dict[tuple[str, ...], tuple[str, ...]] = {}
    problems: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        names = tuple(" ".join(name.split()) for name in line.split(">"))
        if not all(0 < len(name) <= LONGEST_NAME and name.isprintable() for name in names):
            problems.append(f"Line {number}: each name needs 1 to {LONGEST_NAME} characters.")
            continue
        key: tuple[str, ...] = ()
        path: tuple[str, ...] = ()
        for name in names:
            key = (*key, fold(name))
            path = paths.setdefault(key, (*path, name))
    if not paths and not problems:
        problems.append("Type at least one service.")
    return list(paths.values()), problems


def circle(parents: Mapping[int, int | None]) -> int | None:
    """The id of a service that is its own ancestor; None when the services are a tree."""
    sound: set[int] = set()
    for start in parents:
        path: set[int] = set()
        at: int | None = start
        while at is not None and at not in sound:
            if at in path:
                return at
            path.add(at)
            at = parents.get(at)
        sound |= path
    return None


def _read_unit(row: CsvRow) -> tuple[list[str], Unit | None]:
    if row.problem is not None:
        return [row.problem], None
    cells = {column: plain_cell(row.values.get(column, "").strip()) for column in COLUMNS}
    reasons: list[str] = []
    try:
        kind = UnitKind(cells["kind"].casefold())
    except ValueError:
        return [f"the kind is {shortened(cells['kind'])!r}; it must be service, team or site"], None
    if not is_code(cells["code"]):
        reasons.append(
            f"the code is {shortened(cells['code'])!r}; "
            "it must be up to 60 letters, digits, dots and hyphens, without spaces"
        )
    if not 0 < len(cells["name"]) <= LONGEST_NAME:
        reasons.append(f"the name must have 1 to {LONGEST_NAME} characters")
    if kind is not UnitKind.SERVICE and (cells["parent"] or cells["valid_from"] or cells["successor"]):
        reasons.append("only a service has a parent, a first day and a successor")
    valid_from = _day("valid_from", cells, reasons)
    valid_to = _day("valid_to", cells, reasons)
    if valid_from and valid_to and valid_to < valid_from:
        reasons.append("valid_to is before valid_from")
    parent, successor = cells["parent"] or None, cells["successor"] or None
    return reasons, Unit(row.line, kind, cells["code"], cells["name"], parent, valid_from, valid_to, successor)


def _day(column: str, cells: Mapping[str, str], reasons: list[str]) -> date | None:
    if not cells[column]:
        return None
    try:
        return read_day(cells[column])
    except ValueError:
        reasons.append(f"{column} is {shortened(cells[column])!r}, which is no day like 2026-03-31 or 31/03/2026")
        return None
