"""Changing the council's parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeAlias, TypeVar

from sqlalchemy import select

from survey_app.audit.operations import record_act
from survey_app.extensions import db
from survey_app.kernel.characters import shortened
from survey_app.kernel.csvfile import open_csv
from survey_app.kernel.errors import InvalidInput
from survey_app.organisation.models import Service, Site, Team
from survey_app.organisation.names import NameIndex, code_from, fold
from survey_app.organisation.queries import services_by_code_or_name, sites_by_code_or_name, teams_by_code_or_name
from survey_app.organisation.structure import (
    COLUMNS,
    REQUIRED_COLUMNS,
    Unit,
    UnitKind,
    circle,
    read_units,
)

Place = TypeVar("Place", Team, Site)
Part: TypeAlias = Service | Team | Site

_MOST_PROBLEMS_SHOWN = 10
_MODELS: Mapping[UnitKind, type[Part]] = {
    UnitKind.SERVICE: Service,
    UnitKind.TEAM: Team,
    UnitKind.SITE: Site,
}


@dataclass(frozen=True)
class OrganisationImport:
    """What an import did: how many units were made, changed and left as they were."""

    made: int
    changed: int
    unchanged: int
    dropped_columns: tuple[str, ...]


def import_organisation(
    path: Path, *, now: datetime, actor_kind: str = "command", actor_id: str | None = None
) -> OrganisationImport:
    """Make or change the services, teams and sites that the file names by code; leave all others alone.

    The whole file or nothing: InvalidInput lists what is wrong, by line. A column that the file does not have changes
    nothing; an empty cell empties.
    """
    with open_csv(path, required=REQUIRED_COLUMNS) as file:
        columns = frozenset(file.keys)
        dropped = tuple(name for name, key in zip(file.header, file.keys, strict=True) if key not in COLUMNS)
        units, problems = read_units(file)
    _refuse(problems)
    stored = {kind: _by_folded_code(model) for kind, model in _MODELS.items()}
    made: set[Part] = set()
    changed: set[Part] = set()
    for unit in units:
        thing = stored[unit.kind].get(fold(unit.code))
        if thing is None:
            thing = stored[unit.kind][fold(unit.code)] = _MODELS[unit.kind](code=unit.code, name=unit.name)
            db.session.add(thing)
            made.add(thing)
        if _set(thing, _facts(unit, columns)):
            changed.add(thing)
    db.session.flush()
    if "parent" in columns:
        changed |= _place(units, stored[UnitKind.SERVICE])
    changed -= made
    outcomes = {"made": len(made), "changed": len(changed), "unchanged": len(units) - len(made) - len(changed)}
    record_act("organisation.import", path.name, at=now, actor_kind=actor_kind, actor_id=actor_id, after=outcomes)
    db.session.flush()
    return OrganisationImport(**outcomes, dropped_columns=dropped)


def get_or_make_teams(names: Iterable[str]) -> tuple[dict[str, int], list[str]]:
    """The id of each team by its folded code or name; unknown ones are made, and listed by name."""
    return _get_or_make(Team, teams_by_code_or_name(), names)


def get_or_make_sites(names: Iterable[str]) -> tuple[dict[str, int], list[str]]:
    """The id of each site by its folded code or name; unknown ones are made, and listed by name."""
    return _get_or_make(Site, sites_by_code_or_name(), names)


def _get_or_make(model: type[Place], known: NameIndex, names: Iterable[str]) -> tuple[dict[str, int], list[str]]:
    ids: dict[str, int] = {}
    made: list[Place] = []
    taken: set[str] = set()
    for name in names:
        key = fold(name)
        if key in ids:
            continue
        found = known.find(name)
        if found is None:
            place = model(code=_free_code(name, known, taken), name=name)
            db.session.add(place)
            db.session.flush()
            made.append(place)
            taken.add(place.code)
            found = place.id
        ids[key] = found
    return ids, [place.name for place in made]


def _free_code(name: str, known: NameIndex, taken: set[str]) -> str:
    code, number = code_from(name), 1
    free = code
    while known.has_code(free) or free in taken:
        number += 1
        free = f"{code[:50]}-{number}"
    return free


def _by_folded_code(model: type[Part]) -> dict[str, Part]:
    things: Iterable[Part] = db.session.scalars(select(model))
    return {fold(thing.code): thing for thing in things}


def _facts(unit: Unit, columns: frozenset[str]) -> dict[str, object]:
    """What the file says of a unit, all but its parent."""
    facts: dict[str, object] = {"name": unit.name}
    if unit.kind is UnitKind.SERVICE:
        facts |= {column: getattr(unit, column) for column in ("valid_from", "valid_to") if column in columns}
    return facts


def _set(thing: Part, facts: Mapping[str, object]) -> bool:
    """Whether that changed anything."""
    different = {fact: value for fact, value in facts.items() if getattr(thing, fact) != value}
    for fact, value in different.items():
        setattr(thing, fact, value)
    return bool(different)


def _place(units: Iterable[Unit], services: Mapping[str, Part]) -> set[Part]:
    """Put the services under their parents, which the file may name before or after them; those that moved."""
    known = services_by_code_or_name()
    problems: list[str] = []
    moved: set[Part] = set()
    for unit in units:
        if unit.kind is not UnitKind.SERVICE:
            continue
        parent_id = None if unit.parent is None else known.find(unit.parent)
        if unit.parent is not None and parent_id is None:
            problems.append(f"Line {unit.line}: the parent {shortened(unit.parent)} is neither in the file nor known.")
        thing = services[fold(unit.code)]
        if _set(thing, {"parent_id": parent_id}):
            moved.add(thing)
    _refuse(problems)
    db.session.flush()
    names = {service.id: service.name for service in db.session.scalars(select(Service))}
    lost = circle(dict(db.session.execute(select(Service.id, Service.parent_id)).all()))
    if lost is not None:
        raise InvalidInput(f"Nothing was imported. The service {names[lost]} would be below itself.")
    return moved


def _refuse(problems: list[str]) -> None:
    if not problems:
        return
    shown = " ".join(problems[:_MOST_PROBLEMS_SHOWN])
    more = len(problems) - _MOST_PROBLEMS_SHOWN
    raise InvalidInput(f"Nothing was imported. {shown}" + (f" And {more} more." if more > 0 else ""))
