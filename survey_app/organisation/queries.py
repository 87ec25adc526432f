"""Finding the council and its services."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from survey_app.extensions import db
from survey_app.organisation.models import Council, Service


def the_council() -> Council | None:
    """The council of this deployment; None before it was set up."""
    return db.session.scalar(select(Council).order_by(Council.id).limit(1))


def with_services_below(service_ids: frozenset[int]) -> frozenset[int]:
    """These services and all below them in the tree."""
    below = select(Service.id).where(Service.id.in_(service_ids)).cte(recursive=True)
    # UNION, not UNION ALL: a tree that someone closed into a ring still ends
    below = below.union(select(Service.id).where(Service.parent_id == below.c.id))
    return frozenset(db.session.scalars(select(below.c.id)))


def services_by_code(codes: Iterable[str]) -> Sequence[Service]:
    """The services with these codes, in the order of their codes. Unknown codes are left out."""
    return db.session.scalars(select(Service).where(Service.code.in_(tuple(codes))).order_by(Service.code)).all()
