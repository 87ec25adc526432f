"""Reading the council and its parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import g, has_app_context, has_request_context, request
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, undefer

from survey_app.extensions import db
from survey_app.kernel.errors import NotFound
from survey_app.organisation.channels import Channel, ChannelFacts
from survey_app.organisation.models import USUAL_NATION, ChannelSetting, Council, CouncilPage, Logo, Service, Site, Team
from survey_app.organisation.names import Named, NameIndex
from survey_app.organisation.page_text import PageKind
from survey_app.organisation.scope import EVERYTHING, Scope

_COUNCIL = select(Council).order_by(Council.id).limit(1)
_NAMES = "survey.channel_names"
_PARENTS = select(Service.id, Service.parent_id)


def council() -> Council | None:
    """The council of this deployment; None before it is set up."""
    return db.session.scalar(_COUNCIL)


def council_and_whether(conditions: Sequence[ColumnElement[bool]]) -> tuple[Council | None, Sequence[bool]]:
    """The council, and which of these hold, in one statement. None of them does before it is set up."""
    row = db.session.execute(_COUNCIL.add_columns(*conditions)).first()
    return (None, [False] * len(conditions)) if row is None else (row[0], row[1:])


def the_council() -> Council:
    """The council, where nothing can be done without one. NotFound before it is set up."""
    found = council()
    if found is None:
        raise NotFound("No council is set up yet.")
    return found


def council_nation() -> str:
    """The nation whose bank holidays count; England before the council is set up."""
    return db.session.scalar(select(Council.nation).order_by(Council.id).limit(1)) or USUAL_NATION


def council_page(kind: PageKind) -> CouncilPage | None:
    """The text that holds; None while the council has given none."""
    return next(iter(council_pages(kind, most=1)), None)


def council_pages(kind: PageKind, *, most: int) -> Sequence[CouncilPage]:
    """The newest texts of a page, newest first."""
    return db.session.scalars(
        select(CouncilPage).where(CouncilPage.kind == kind).order_by(CouncilPage.id.desc()).limit(most)
    ).all()


def council_page_by_id(kind: PageKind, page_id: int) -> CouncilPage:
    """One text of a page. NotFound when there is none."""
    found = db.session.get(CouncilPage, page_id)
    if found is None or found.kind is not kind:
        raise NotFound("There is no such text.")
    return found


def services_by_code_or_name(scope: Scope = EVERYTHING) -> NameIndex:
    """All services of a scope, closed ones too: contacts of their time still come in."""
    return _index(Service, scope)


def teams_by_code_or_name() -> NameIndex:
    return _index(Team)


def sites_by_code_or_name() -> NameIndex:
    return _index(Site)


def subtree_ids(service_ids: Iterable[int]) -> frozenset[int]:
    """These services and all below them. A council has some hundred services: one read, walked here."""
    children: dict[int | None, list[int]] = {}
    for service_id, parent_id in db.session.execute(_PARENTS):
        children.setdefault(parent_id, []).append(service_id)
    found: set[int] = set()
    waiting = list(service_ids)
    while waiting:
        service_id = waiting.pop()
        if service_id not in found:
            found.add(service_id)
            waiting.extend(children.get(service_id, ()))
    return frozenset(found)


def with_those_above(service_id: int) -> list[int]:
    """A service and those above it, the closest first. One read, walked here; an import lets no circle in."""
    parents: dict[int, int | None] = {row.id: row.parent_id for row in db.session.execute(_PARENTS)}
    found: list[int] = []
    at: int | None = service_id
    while at is not None:
        found.append(at)
        at = parents.get(at)
    return found


def services_by_code(codes: Iterable[str]) -> Sequence[Service]:
    """The services with these codes, in the order of their codes. Unknown codes are left out."""
    return db.session.scalars(select(Service).where(Service.code.in_(tuple(codes))).order_by(Service.code)).all()


def all_services() -> Sequence[Service]:
    """Every service, closed ones too, by name."""
    return db.session.scalars(select(Service).order_by(Service.name, Service.id)).all()


def codes_of_services(ids: Iterable[int]) -> dict[int, str]:
    """The code of each of these services by its id."""
    found = db.session.execute(select(Service.id, Service.code).where(Service.id.in_(set(ids))))
    return {row.id: row.code for row in found}


def services_open_on(day: date) -> Sequence[Service]:
    """The services that residents can turn to on a day, by name."""
    return [
        service
        for service in all_services()
        if (service.valid_from is None or service.valid_from <= day)
        and (service.valid_to is None or day <= service.valid_to)
    ]


def sites_open_on(day: date) -> Sequence[Site]:
    """The sites that can be chosen on a day, by name."""
    still_open = or_(Site.closed_on.is_(None), Site.closed_on >= day)
    return db.session.scalars(select(Site).where(still_open).order_by(Site.name, Site.id)).all()


def all_sites() -> Sequence[Site]:
    """Every site, closed ones too, by name."""
    return db.session.scalars(select(Site).order_by(Site.name, Site.id)).all()


def all_teams() -> Sequence[Team]:
    """Every team, closed ones too, by name."""
    return db.session.scalars(select(Team).order_by(Team.name, Team.id)).all()


def all_channel_facts() -> Mapping[Channel, ChannelFacts]:
    """What the council says of each channel, in our order."""
    stored = {row.channel: ChannelFacts(row.name, row.is_used) for row in db.session.scalars(select(ChannelSetting))}
    return {channel: stored.get(channel, ChannelFacts()) for channel in Channel}


def own_channel_names() -> Mapping[Channel, str]:
    """The names that the council gave channels; read once for a page or a job."""
    if not has_app_context():
        return {}
    kept = _kept()
    if _NAMES not in kept:
        kept[_NAMES] = {channel: facts.name for channel, facts in all_channel_facts().items() if facts.name}
    names: Mapping[Channel, str] = kept[_NAMES]
    return names


def forget_channel_names() -> None:
    """They were changed: whatever follows reads them anew."""
    _kept().pop(_NAMES, None)


def _kept() -> dict[str, Any]:
    """What lives as long as one page or one job."""
    return request.environ if has_request_context() else vars(g)


def channels_in_use() -> list[Channel]:
    """Those that staff are offered."""
    return [channel for channel, facts in all_channel_facts().items() if facts.is_used]


def channel_facts(channel: Channel) -> ChannelFacts:
    return all_channel_facts()[channel]


def within(scope: Scope, service_id: ColumnElement[int] | InstrumentedAttribute[int]) -> list[ColumnElement[bool]]:
    """The condition that keeps rows of this column's services to what a viewer may see: none where that is all."""
    return [] if scope.service_ids is None else [service_id.in_(scope.service_ids)]


def service_by_id(service_id: int) -> Service:
    """NotFound when there is none."""
    found = db.session.get(Service, service_id)
    if found is None:
        raise NotFound("There is no such service.")
    return found


def logo_by_hash(digest: str) -> Logo | None:
    """The council's logo, while it is the one with this SHA-256."""
    return db.session.scalar(select(Logo).where(Logo.sha256 == digest).options(undefer(Logo.content)))


def _index(model: type[Service] | type[Team] | type[Site], scope: Scope = EVERYTHING) -> NameIndex:
    rows = db.session.execute(select(model.id, model.code, model.name))
    return NameIndex(Named(*row) for row in rows if scope.allows(row.id))
