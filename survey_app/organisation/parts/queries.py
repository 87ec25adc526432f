"""Reading services, teams and sites as one whole."""

from __future__ import annotations

from sqlalchemy import select

from survey_app.extensions import db
from survey_app.organisation.models import Service, Site, Team
from survey_app.organisation.parts.facts import PartFacts, PartKey
from survey_app.organisation.structure import UnitKind


def parts_now() -> dict[PartKey, PartFacts]:
    """Everything there is: services by name, then teams, then sites."""
    services = db.session.scalars(select(Service).order_by(Service.name, Service.id)).all()
    codes: dict[int | None, str] = {service.id: service.code for service in services}
    found = {
        PartKey(UnitKind.SERVICE, service.code): PartFacts(
            service.name,
            codes.get(service.parent_id),
            service.valid_from,
            service.valid_to,
            codes.get(service.successor_id),
        )
        for service in services
    }
    for place in (*db.session.scalars(select(Team).order_by(Team.name, Team.id)),):
        found[PartKey(UnitKind.TEAM, place.code)] = PartFacts(place.name, valid_to=place.closed_on)
    for site in db.session.scalars(select(Site).order_by(Site.name, Site.id)):
        found[PartKey(UnitKind.SITE, site.code)] = PartFacts(site.name, valid_to=site.closed_on)
    return found
