"""Changing the council's parts and the texts of its pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TypeAlias, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from survey_app.audit.operations import record_act_by, record_change
from survey_app.extensions import db
from survey_app.kernel.characters import shortened
from survey_app.kernel.clock import london_day
from survey_app.kernel.csvfile import CsvFile, open_csv
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.organisation.contrast import READABLE, WASH, WHITE, read_colour, reading
from survey_app.organisation.models import Council, CouncilPage, Logo, Service, Site, Team
from survey_app.organisation.names import NameIndex, code_from, fold
from survey_app.organisation.page_text import PageKind
from survey_app.organisation.pictures import read_picture
from survey_app.organisation.queries import (
    all_services,
    council,
    council_page,
    services_by_code_or_name,
    sites_by_code_or_name,
    teams_by_code_or_name,
    the_council,
)
from survey_app.organisation.structure import (
    COLUMNS,
    REQUIRED_COLUMNS,
    Unit,
    UnitKind,
    circle,
    read_typed_services,
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


@dataclass(frozen=True)
class CouncilFacts:
    """What residents read about the council. An empty text is left out of pages and messages."""

    name: str
    nation: str
    postal_address: str
    complaint_url: str
    complaint_phone: str


def set_up_council(facts: CouncilFacts, *, now: datetime, by: int | None = None) -> Council:
    """Make the council, or change what is said about it.

    A new one sends in its own name, from an address that is still to be set. Refused when somebody else made one at
    the same moment.
    """
    found = council()
    before = None if found is None else {fact: getattr(found, fact) for fact in asdict(facts)}
    if found is None:
        found = Council(sender_name=facts.name, sender_email="", created_at=now)
    for fact, value in asdict(facts).items():
        setattr(found, fact, value)
    try:
        with db.session.begin_nested():
            db.session.add(found)
    except IntegrityError as error:
        raise Refused(
            "The council was set up by somebody else at the same moment. Nothing was changed: save it once more if it "
            "should read as it stands here."
        ) from error
    if before is None:
        record_act_by("council.set up", "council", at=now, by=by, after=asdict(facts))
    else:
        record_change("council", "council", at=now, by=by, before=before, after=asdict(facts))
    return found


def set_sender(name: str, email: str, *, now: datetime, by: int | None = None) -> None:
    """Who messages come from, and where replies to them go."""
    found = the_council()
    before = {"sender_name": found.sender_name, "sender_email": found.sender_email}
    found.sender_name, found.sender_email = name, email
    after = {"sender_name": name, "sender_email": email}
    record_change("council.sender", "council", at=now, by=by, before=before, after=after)


def set_colours(brand: str, link: str, *, now: datetime, by: int | None = None) -> None:
    """The council's colours. Refused when white on the one, or the other on our pages, cannot be read by everyone."""
    brand, link = read_colour(brand), read_colour(link)
    if not (reading(brand, against=WHITE).is_readable and reading(link, against=WASH).is_readable):
        raise Refused(f"Both colours need a contrast of at least {READABLE}:1.")
    found = the_council()
    before = {"brand": found.brand_colour, "link": found.link_colour}
    found.brand_colour, found.link_colour = brand, link
    after = {"brand": brand, "link": link}
    record_change("council.colours", "council", at=now, by=by, before=before, after=after)


def set_logo(content: bytes, *, now: datetime, by: int | None = None) -> None:
    """Keep a picture as the council's logo, instead of the one before. InvalidInput when it can be none."""
    picture = read_picture(content)
    found = the_council()
    logo = found.logo or Logo()
    before = None if found.logo is None else {"sha256": found.logo.sha256}
    logo.media_type, logo.content, logo.stored_at = picture.media_type, content, now
    logo.sha256 = sha256(content).hexdigest()
    found.logo = logo
    db.session.flush()
    record_change("council.logo", "council", at=now, by=by, before=before, after={"sha256": logo.sha256})


def remove_logo(*, now: datetime, by: int | None = None) -> None:
    """Show the plain mark again. Nothing of the picture is kept."""
    found = the_council()
    if found.logo is None:
        return
    before = {"sha256": found.logo.sha256}
    found.logo = None
    db.session.flush()
    record_change("council.logo", "council", at=now, by=by, before=before, after=None)


def note_tested(*, now: datetime, by: int | None = None) -> None:
    """Somebody sent themselves a test message."""
    the_council().tested_at = now
    record_act_by("council.test message sent", "council", at=now, by=by)


def import_organisation(path: Path, *, now: datetime, by: int | None = None) -> OrganisationImport:
    """Make or change the services, teams and sites that the file names by code; leave all others alone.

    The whole file or nothing: InvalidInput lists what is wrong, by line. A column that the file does not have changes
    nothing; an empty cell empties.
    """
    with open_csv(path, required=REQUIRED_COLUMNS) as file:
        return _import(file, path.name, now, by)


def import_uploaded_organisation(
    content: bytes, name: str, *, now: datetime, by: int | None = None
) -> OrganisationImport:
    """The same for a file that came over the web."""
    return _import(CsvFile(BytesIO(content), required=REQUIRED_COLUMNS), name, now, by)


def add_services(text: str, *, now: datetime, by: int | None = None) -> OrganisationImport:
    """Add the services that somebody typed, one a line; "Housing > Repairs" is below Housing. What is there stays.

    All lines or none: InvalidInput lists what is wrong, by line.
    """
    paths, problems = read_typed_services(text)
    _refuse(problems)
    known = services_by_code_or_name()
    below = {(service.parent_id, fold(service.name)): service.id for service in all_services()}
    ids: dict[tuple[str, ...], int] = {}
    codes: set[str] = set()
    made = 0
    for path in paths:
        parent_id, name = ids.get(path[:-1]), path[-1]
        found = below.get((parent_id, fold(name))) or (known.find(name) if parent_id is None else None)
        if found is None:
            service = Service(code=_free_code(name, known, codes), name=name, parent_id=parent_id)
            db.session.add(service)
            db.session.flush()
            codes.add(service.code)
            found, made = service.id, made + 1
        ids[path] = found
    result = OrganisationImport(made, 0, len(paths) - made, ())
    record_act_by("organisation.services typed", "services", at=now, by=by, after={"made": made})
    return result


def remove_service(service: Service, *, now: datetime, by: int | None = None) -> None:
    """Take away a service that nothing speaks of yet. Refused where something does: figures stay what they were."""
    name, code = service.name, service.code
    try:
        with db.session.begin_nested():
            db.session.delete(service)
            db.session.flush()
    except IntegrityError as error:
        raise Refused(
            f"{name} is in use: contacts, people or other services belong to it. Remove the services below it first, "
            "or give it an end date in the file of services instead."
        ) from error
    record_act_by("organisation.service removed", code, at=now, by=by, before={"code": code, "name": name})


def get_or_make_teams(names: Iterable[str]) -> tuple[dict[str, int], list[str]]:
    """The id of each team by its folded code or name; unknown ones are made, and listed by name."""
    return _get_or_make(Team, teams_by_code_or_name(), names)


def get_or_make_sites(names: Iterable[str]) -> tuple[dict[str, int], list[str]]:
    """The id of each site by its folded code or name; unknown ones are made, and listed by name."""
    return _get_or_make(Site, sites_by_code_or_name(), names)


def _import(file: CsvFile, name: str, now: datetime, by: int | None) -> OrganisationImport:
    columns = frozenset(file.keys)
    dropped = tuple(name for name, key in zip(file.header, file.keys, strict=True) if key not in COLUMNS)
    units, problems = read_units(file)
    _refuse(problems)
    outcomes = _store(units, columns)
    record_act_by("organisation.import", name, at=now, by=by, after=outcomes)
    db.session.flush()
    return OrganisationImport(**outcomes, dropped_columns=dropped)


def _store(units: Collection[Unit], columns: frozenset[str]) -> dict[str, int]:
    """Make or change these units; how many were made, changed and left unchanged."""
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
    return {"made": len(made), "changed": len(changed), "unchanged": len(units) - len(made) - len(changed)}


def publish_page(kind: PageKind, body: str | None, *, now: datetime, by: int | None) -> CouncilPage:
    """Give a page this text, or without one the standard text again. What it said before is kept."""
    page = CouncilPage(kind=kind, body=body, published_at=now, reviewed_on=london_day(now))
    db.session.add(page)
    after = {"text": "standard" if body is None else "own", "characters": len(body or "")}
    record_act_by("page.publish", f"page {kind}", at=now, by=by, after=after)
    db.session.flush()
    return page


def confirm_page(kind: PageKind, *, now: datetime, by: int | None) -> None:
    """Note that somebody read the page and found it right as it stands."""
    page = council_page(kind)
    if page is None:
        publish_page(kind, None, now=now, by=by)
        return
    page.reviewed_on = london_day(now)
    record_act_by("page.confirm", f"page {kind}", at=now, by=by)
    db.session.flush()


def set_data_protection_email(address: str, *, now: datetime, by: int | None) -> None:
    """Where the pages send questions on data; empty takes it off the pages. NotFound without a council."""
    found = the_council()
    if found.data_protection_email == address:
        return
    before, after = {"given": bool(found.data_protection_email)}, {"given": bool(address), "is_another": True}
    found.data_protection_email = address
    record_change("council.data_protection", "council", at=now, by=by, before=before, after=after)
    db.session.flush()


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
