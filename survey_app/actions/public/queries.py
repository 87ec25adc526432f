"""Reads what is published and what waits to be: drafts in the viewer's own scope alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import joinedload

from survey_app.accounts.models import User
from survey_app.actions.improvements.aims import is_within
from survey_app.actions.improvements.queries import HEADLINE, effect_of
from survey_app.actions.models import OurStandard, PublicState, YouSaidWeDid
from survey_app.actions.public.beside import TOO_CLOSE, Out, may_stand
from survey_app.actions.public.chains import Any_, Publication, chains
from survey_app.actions.public.helped import UNMEASURED, PublicEffect, Side, public_effect
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import NotFound
from survey_app.kernel.periods import EARLIEST, LATEST, Period
from survey_app.measures.address import FigureQuery, make_query
from survey_app.measures.models import PublishedEdition, Target
from survey_app.measures.publishing import NOT_RECORDED, WHOLE, CellKey, PublishedCell, Share, TableName
from survey_app.measures.queries import measure_called, query_from_id
from survey_app.measures.queries.published import latest_editions, read_edition
from survey_app.measures.queries.standing import all_targets, service_tree
from survey_app.measures.subtraction import Printed, printed
from survey_app.measures.targets import TargetLine, last_day, target_on
from survey_app.measures.tree import ServiceTree
from survey_app.organisation.scope import EVERYTHING, Scope

NO_CHANGE = "There is no such entry."
NO_STANDARD = "There is no such standard."
WENT_OUT = (PublicState.PUBLISHED, PublicState.WITHDRAWN)


@dataclass(frozen=True)
class PublishedChange:
    """An entry that stands published. `code` is the same in all its editions; `first_at` is when the first came out."""

    entry: YouSaidWeDid
    code: str
    first_at: datetime

    @property
    def updated_at(self) -> datetime:
        assert self.entry.decided_at is not None
        return self.entry.decided_at

    @property
    def effect(self) -> PublicEffect:
        return UNMEASURED if self.entry.effect is None else PublicEffect.read(self.entry.effect)


@dataclass(frozen=True)
class YearFigure:
    """A published share of a financial year, and the target that held on its last day."""

    edition: PublishedEdition
    share: Share
    target: TargetLine | None

    @property
    def period(self) -> Period:
        return Period.between(self.edition.first, self.edition.last)


def published_changes() -> list[PublishedChange]:
    """What stands published, the last to be published first."""
    editions = _editions(YouSaidWeDid)
    by_edition = chains(editions)
    standing = [
        PublishedChange(edition, (first := by_edition[edition.id][-1]).code, first.decided_at or edition.decided_at)
        for edition in editions
        if edition.state is PublicState.PUBLISHED and edition.decided_at is not None
    ]
    return sorted(standing, key=lambda change: (change.updated_at, change.entry.id), reverse=True)


def published_standards() -> list[OurStandard]:
    """What stands published, in the council's own order."""
    found = (
        select(OurStandard).where(OurStandard.state == PublicState.PUBLISHED).options(joinedload(OurStandard.edition))
    )
    return list(db.session.scalars(found.order_by(OurStandard.position, OurStandard.id)))


def last_published_on() -> date | None:
    """The day on which an entry last came out or was withdrawn; None while none ever did."""
    last = db.session.execute(select(func.max(YouSaidWeDid.decided_at), func.max(YouSaidWeDid.withdrawn_at))).one()
    return max((london_day(moment) for moment in last if moment is not None), default=None)


def any_published(model: type[Any_]) -> ColumnElement[bool]:
    """The condition under which anything of "You said, we did", or of our standards, stands published."""
    return exists().where(model.state == PublicState.PUBLISHED)


def headline_figures() -> list[YearFigure]:
    """Satisfaction in the newest published year, and in the year before where that was published: from none to two."""
    found = [edition for edition in latest_editions(EARLIEST, LATEST) if edition.measure == HEADLINE]
    if not found:
        return []
    newest = found[-1]
    before = [edition for edition in found if edition.first == Period.between(newest.first, newest.last).previous.first]
    targets = all_targets()
    figures = [year_figure(edition, None, targets) for edition in (newest, *before)]
    return [figure for figure in figures if figure is not None] if figures[0] is not None else []


def year_figure(
    edition: PublishedEdition,
    service: str | None,
    targets: Sequence[Target],
    services: ServiceTree | None = None,
) -> YearFigure | None:
    """What an edition prints of a service of the top level, or of the whole council; None where it prints nothing."""
    key = WHOLE if service is None else CellKey(TableName.SERVICE, service)
    share = read_edition(edition).printed.get(key)
    if share is None or not share.base:
        return None
    lines = [
        TargetLine(
            target.service_id,
            target.value,
            str(target.comparator),
            target.valid_from,
            last_day(target.valid_to, target.ended_on),
        )
        for target in reversed(targets)
        if target.measure == edition.measure
    ]
    above = [] if service is None else (services or service_tree()).upwards(service)
    return YearFigure(edition, share, target_on(edition.last, lines, above))


def newest_editions() -> dict[str, PublishedEdition]:
    """Of each measure, the newest edition of its newest year."""
    return {edition.measure: edition for edition in latest_editions(EARLIEST, LATEST)}


def change_called(code: str, scope: Scope = EVERYTHING) -> YouSaidWeDid:
    """NotFound for one that is not there or whose improvement lies outside the scope."""
    found = db.session.scalar(select(YouSaidWeDid).where(YouSaidWeDid.code == code))
    if found is None or not is_visible(found, scope, service_tree()):
        raise NotFound(NO_CHANGE)
    return found


def standard_called(code: str) -> OurStandard:
    found = db.session.scalar(select(OurStandard).where(OurStandard.code == code))
    if found is None:
        raise NotFound(NO_STANDARD)
    return found


def is_visible(entry: YouSaidWeDid, scope: Scope, services: ServiceTree) -> bool:
    """One without an improvement is nobody's own."""
    return entry.improvement is None or is_within(entry.improvement.where, services, scope)


def all_changes(scope: Scope = EVERYTHING) -> list[YouSaidWeDid]:
    """Every edition that a viewer may see, the last to be written first."""
    services = service_tree()
    found = [entry for entry in _editions(YouSaidWeDid) if is_visible(entry, scope, services)]
    return sorted(found, key=lambda entry: (entry.written_at, entry.id), reverse=True)


def all_standards() -> list[OurStandard]:
    """Every edition, in the council's order; of one standard the newest first."""
    return sorted(_editions(OurStandard), key=lambda standard: (standard.position, -standard.id))


def last_position() -> int:
    return db.session.scalar(select(func.max(OurStandard.position))) or 0


def replacement_of(thing: Publication) -> Publication | None:
    """The edition that was begun to replace this one."""
    of_kind = _editions(YouSaidWeDid) if isinstance(thing, YouSaidWeDid) else _editions(OurStandard)
    return next((each for each in of_kind if each.replaces_id == thing.id), None)


def replaced_by(thing: Publication) -> Publication | None:
    """The edition that this one replaces."""
    if thing.replaces_id is None:
        return None
    if isinstance(thing, YouSaidWeDid):
        return db.session.get(YouSaidWeDid, thing.replaces_id)
    return db.session.get(OurStandard, thing.replaces_id)


def others_who_may_publish(user_id: int) -> int:
    """How many people, apart from this one, may approve what is published."""
    people = db.session.scalars(select(User).where(User.active, User.id != user_id)).all()
    return sum(person.may("publish_actions") for person in people)


def newest_change_for(service_id: int) -> PublishedChange | None:
    """The newest entry about a service or one above it; else the newest that is about the whole council."""
    changes = published_changes()
    if not changes:
        return None  # residents wait for this page: nothing more is read for nothing
    services = service_tree()
    above = set(services.upwards(services.code(service_id)))
    theirs = [change for change in changes if above & services.ids(_services_of(change.entry))]
    return next(iter([*theirs, *(change for change in changes if not _services_of(change.entry))]), None)


def effect_for(entry: YouSaidWeDid, *, now: datetime) -> PublicEffect:
    """What an entry says of its effect if it is published now: frozen for one that went out.

    Counts that stand too close to what is out stay out. An edition of the same months keeps the counts of the one it
    replaces where these have moved by a few answers only: what was printed stands.
    """
    if entry.state in WENT_OUT and entry.decided_at is not None:
        return UNMEASURED if entry.effect is None else PublicEffect.read(entry.effect)
    if entry.improvement is None:
        return UNMEASURED
    found = public_effect(effect_of(entry.improvement, now=now))
    if not found.sides or _stands_beside(found, printed_already(found.measure)):
        return found
    replaced = db.session.get(YouSaidWeDid, entry.replaces_id) if entry.replaces_id else None
    kept = PublicEffect.read(replaced.effect) if replaced is not None and replaced.effect is not None else None
    if kept is not None and [side.figure for side in kept.sides] == [side.figure for side in found.sides]:
        return kept
    return found.hidden(TOO_CLOSE)


def seen_of(entry: YouSaidWeDid, effect: PublicEffect) -> str:
    """The digest of all that residents will read, to tell whether it is still what somebody looked at."""
    content = [entry.heading, entry.said, entry.did, entry.helped, effect.stored()]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def seen_of_standard(standard: OurStandard) -> str:
    """The same of a standard."""
    days = standard.stated_on.isoformat() if standard.stated_on else ""
    stated = [standard.stated_target, standard.stated_figure, standard.stated_source, days]
    content = [standard.heading, standard.promise, standard.service, standard.edition_id, *stated]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def printed_already(measure: str) -> list[Out]:
    """All that ever went out of a measure: the cells of its tables, and the bars of entries."""
    services = service_tree()
    editions = db.session.scalars(select(PublishedEdition).where(PublishedEdition.measure == measure)).all()
    cells = [
        Out(found, cell.share.numerator)
        for edition in editions
        for cell in read_edition(edition).cells
        if cell.share is not None and (found := _printed_cell(edition, cell, services)) is not None
    ]
    entries = db.session.scalars(select(YouSaidWeDid).where(YouSaidWeDid.decided_at.is_not(None))).all()
    effects = [PublicEffect.read(entry.effect) for entry in entries if entry.effect is not None]
    return cells + [_out(side, services) for effect in effects if effect.measure == measure for side in effect.sides]


def _stands_beside(effect: PublicEffect, beside: Iterable[Out]) -> bool:
    services = service_tree()
    return may_stand([_out(side, services) for side in effect.sides], beside)


def _out(side: Side, services: ServiceTree) -> Out:
    query = query_from_id(side.figure)
    return Out(printed(query, side.base, services.subtree, services.ids), side.numerator)


def _printed_cell(edition: PublishedEdition, cell: PublishedCell, services: ServiceTree) -> Printed | None:
    """Which answers a cell counts; None for a count in or outside the numerator, which is a base of no share."""
    assert cell.share is not None
    if cell.key.column:
        return None
    first, last = edition.first, edition.last
    where: Mapping[str, str] = {}
    row = "" if cell.key.row == NOT_RECORDED else cell.key.row
    match cell.key.table:
        case TableName.MONTH:
            month = Period.parse(cell.key.row)
            first, last = month.first, month.last
        case TableName.SERVICE | TableName.CHANNEL:
            where = {cell.key.table.value: row}
        case TableName.CUSTOMER_GROUP if cell.key.row:
            where = {"customer_group": row}
    query: FigureQuery = make_query(measure_called(edition.measure), first, last, where)
    return printed(query, cell.share.base, services.subtree, services.ids)


def _services_of(entry: YouSaidWeDid) -> Sequence[str]:
    codes: Sequence[str] = entry.improvement.where.get("service", ()) if entry.improvement is not None else ()
    return codes


def _editions(model: type[Any_]) -> Sequence[Any_]:
    return db.session.scalars(select(model).order_by(model.id)).all()
