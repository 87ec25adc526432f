"""Changing services, teams and sites: each way of changing them says what it wants, and is done whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from survey_app.audit.operations import record_act_by, record_change
from survey_app.extensions import db
from survey_app.kernel.csvfile import CsvFile, open_csv
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.organisation.models import Service, Site, Team
from survey_app.organisation.names import fold, free_code
from survey_app.organisation.parts.facts import (
    Difference,
    PartFacts,
    PartKey,
    Problem,
    Wanted,
    differences,
    problems_of,
    wanted_by_file,
)
from survey_app.organisation.parts.queries import parts_now
from survey_app.organisation.structure import COLUMNS, REQUIRED_COLUMNS, UnitKind, read_typed_services, read_units
from survey_app.work.operations import hold

CHANGE_KIND, CHANGE_SUBJECT = "organisation.parts", "services, teams and sites"
_MOST_PROBLEMS_SHOWN = 10
_MODELS: Mapping[UnitKind, type[Service | Team | Site]] = {
    UnitKind.SERVICE: Service,
    UnitKind.TEAM: Team,
    UnitKind.SITE: Site,
}
Part: TypeAlias = Service | Team | Site


@dataclass(frozen=True)
class OrganisationImport:
    """What an import did: how many units were made, changed and left as they were."""

    made: int
    changed: int
    unchanged: int
    dropped_columns: tuple[str, ...]


class FilePlan(NamedTuple):
    """What a file would do; nothing is done yet."""

    wanted: Wanted
    differences: Sequence[Difference]
    dropped_columns: tuple[str, ...]


class NoSense(InvalidInput):
    """What is wanted does not make sense; `problems` say where."""

    def __init__(self, problems: Sequence[Problem], first: str = "") -> None:
        super().__init__(_joined([problem.words for problem in problems], first))
        self.problems = problems


def change_parts(wanted: Wanted, *, now: datetime, by: int | None = None) -> list[Difference]:
    """Make, change or take away these, all or none; what is not named stays. What was done, for the page to say.

    NoSense where they would not fit together; Refused where contacts, people or settings still belong to something
    that would be taken away. Contacts and answers keep the service that they came with.
    """
    hold("services, teams and sites")
    there = parts_now()
    done = differences(there, wanted)
    if problems := problems_of(there, wanted):
        raise NoSense(problems)
    if done:
        _apply(done)
        before, after = parts_as_json(done, "before"), parts_as_json(done, "after")
        record_change(CHANGE_KIND, CHANGE_SUBJECT, before=before, after=after, at=now, by=by)
    return done


def restore_parts(before: Mapping[str, Any], *, now: datetime, by: int | None = None) -> None:
    """Put back what a change wrote down."""
    wanted = {}
    for key, facts in before.items():
        kind, code = key.split(" ", 1)
        wanted[PartKey(UnitKind(kind), code)] = None if facts is None else PartFacts.from_json(facts)
    change_parts(wanted, now=now, by=by)


def parts_as_json(found: Sequence[Difference], side: str) -> dict[str, Any]:
    """One side of these differences, as a change writes it down: by kind and code, None for what is not there."""
    sides = {str(each.key): getattr(each, side) for each in found}
    return {key: None if facts is None else facts.as_json() for key, facts in sides.items()}


def import_organisation(path: Path, *, now: datetime, by: int | None = None) -> OrganisationImport:
    """Make or change the services, teams and sites that the file names by code; leave all others alone.

    The whole file or nothing: InvalidInput lists what is wrong, by line. A column that the file does not have changes
    nothing; an empty cell empties.
    """
    with open_csv(path, required=REQUIRED_COLUMNS) as file:
        return do_plan(_plan(file), path.name, now=now, by=by)


def plan_of_file(content: bytes) -> FilePlan:
    """What a file that came over the web would do. InvalidInput as above; nothing is done."""
    return _plan(CsvFile(BytesIO(content), required=REQUIRED_COLUMNS))


def do_plan(plan: FilePlan, name: str, *, now: datetime, by: int | None = None) -> OrganisationImport:
    """Do what a file wants."""
    done = change_parts(plan.wanted, now=now, by=by)
    made = sum(each.before is None for each in done)
    outcomes = {"made": made, "changed": len(done) - made, "unchanged": len(plan.wanted) - len(done)}
    record_act_by("organisation.import", name, at=now, by=by, after=outcomes)
    db.session.flush()
    return OrganisationImport(**outcomes, dropped_columns=plan.dropped_columns)


def add_services(text: str, *, now: datetime, by: int | None = None) -> OrganisationImport:
    """Add the services that somebody typed, one a line; "Housing > Repairs" is below Housing. What is there stays.

    All lines or none: InvalidInput lists what is wrong, by line.
    """
    paths, problems = read_typed_services(text)
    _refuse(problems)
    there = {key.code: facts for key, facts in parts_now().items() if key.kind is UnitKind.SERVICE}
    codes = {fold(code) for code in there}
    below = {(facts.parent, fold(facts.name)): code for code, facts in there.items()}
    at_top = _found_anywhere(there)
    placed: dict[tuple[str, ...], str] = {}
    wanted: dict[PartKey, PartFacts | None] = {}
    for path in paths:
        parent, name = placed.get(path[:-1]), path[-1]
        code = below.get((parent, fold(name))) or (at_top.get(fold(name)) if parent is None else None)
        if code is None:
            code = free_code(name, codes)
            codes.add(fold(code))
            wanted[PartKey(UnitKind.SERVICE, code)] = PartFacts(name, parent)
        placed[path] = code
    change_parts(wanted, now=now, by=by)
    return OrganisationImport(len(wanted), 0, len(paths) - len(wanted), ())


def remove_service(service: Service, *, now: datetime, by: int | None = None) -> None:
    """Take away a service that nothing speaks of yet. Refused where something does: figures stay what they were."""
    change_parts({PartKey(UnitKind.SERVICE, service.code): None}, now=now, by=by)


def _plan(file: CsvFile) -> FilePlan:
    columns = frozenset(file.keys)
    dropped = tuple(name for name, key in zip(file.header, file.keys, strict=True) if key not in COLUMNS)
    units, problems = read_units(file)
    _refuse(problems)
    there = parts_now()
    wanted, problems = wanted_by_file(units, columns, there)
    _refuse(problems)
    if found := problems_of(there, wanted):
        raise NoSense(found, "Nothing was imported.")
    return FilePlan(wanted, differences(there, wanted), dropped)


def _apply(done: Sequence[Difference]) -> None:
    stored: dict[PartKey, Part] = {}
    for kind, model in _MODELS.items():
        parts: Iterable[Part] = db.session.scalars(select(model))
        stored |= {PartKey(kind, part.code): part for part in parts}
    for each in done:
        if each.before is None and each.after is not None:
            stored[each.key] = _MODELS[each.key.kind](code=each.key.code, name=each.after.name)
            db.session.add(stored[each.key])
    db.session.flush()
    ids = {key.code: part.id for key, part in stored.items() if key.kind is UnitKind.SERVICE}
    for each in done:
        if each.after is not None:
            _set(stored[each.key], each.after, ids)
    db.session.flush()
    _take_away([stored[each.key] for each in done if each.after is None])


def _set(part: Part, facts: PartFacts, ids: Mapping[str, int]) -> None:
    part.name = facts.name
    if isinstance(part, Service):
        part.parent_id, part.successor_id = ids.get(facts.parent or ""), ids.get(facts.successor or "")
        part.valid_from, part.valid_to = facts.valid_from, facts.valid_to
    else:
        part.closed_on = facts.valid_to


def _take_away(parts: Sequence[Part]) -> None:
    """What nothing belongs to; the database knows what does."""
    if not parts:
        return
    names = ", ".join(part.name for part in parts[:_MOST_PROBLEMS_SHOWN])
    try:
        with db.session.begin_nested():
            for part in parts:
                db.session.delete(part)
            db.session.flush()
    except IntegrityError as error:
        raise Refused(
            f"{names} cannot be removed: contacts, people, settings or other services belong to it. "
            "Close it instead: what came for it stays, and nobody is asked about it any more."
        ) from error


def _found_anywhere(there: Mapping[str, PartFacts]) -> Mapping[str, str]:
    """Codes by code or name, where a name is told to one service alone."""
    by_name: dict[str, str | None] = {}
    for code, facts in there.items():
        name = fold(facts.name)
        by_name[name] = None if name in by_name else code
    return {name: code for name, code in by_name.items() if code} | {fold(code): code for code in there}


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        raise InvalidInput(_joined(problems, "Nothing was imported."))


def _joined(problems: Sequence[str], first: str) -> str:
    more = len(problems) - _MOST_PROBLEMS_SHOWN
    words = [first, *problems[:_MOST_PROBLEMS_SHOWN], f"And {more} more." if more > 0 else ""]
    return " ".join(word for word in words if word)
