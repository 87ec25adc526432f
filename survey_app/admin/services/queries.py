"""What belongs to services: how much they are used, who manages them, and which settings speak of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, func, select

from survey_app.accounts.keys.models import api_key_service
from survey_app.accounts.models import User, user_service
from survey_app.actions.models import FollowUpOwner
from survey_app.comments.alerts.models import AlertKind
from survey_app.contacts.eligibility import Dimension
from survey_app.contacts.models import Exclusion, SamplingRule, SendingWindow
from survey_app.extensions import db
from survey_app.measures.models import SubjectDayTally, Tallied, Target
from survey_app.organisation.models import Service
from survey_app.responses.models import OpenLink, SupportText


@dataclass(frozen=True)
class Pointing:
    """Settings that speak of a service, in words; `page` is the endpoint where they are changed."""

    words: str
    count: int
    page: str


def contacts_since(day: date) -> Mapping[int, int]:
    """Contacts by the id of the service, as they were tallied."""
    contacts = select(SubjectDayTally.service_id, func.sum(SubjectDayTally.count)).where(
        SubjectDayTally.subject == Tallied.CONTACTS, SubjectDayTally.day >= day
    )
    return {service_id: int(count) for service_id, count in db.session.execute(contacts.group_by("service_id"))}


def managers_by_service() -> Mapping[int, list[str]]:
    """Who sees just this service and those below it, by the service's id; names in their order."""
    rows = select(user_service.c.service_id, User.name, User.email).join(User, User.id == user_service.c.user_id)
    found: dict[int, list[str]] = {}
    for service_id, name, email in db.session.execute(rows.where(User.active).order_by(User.name, User.email)):
        found.setdefault(service_id, []).append(name or email)
    return found


def pointing_at(service: Service) -> list[Pointing]:
    """What would speak of a closed service; what there is none of is left out. One statement."""
    users, keys = user_service.c.service_id, api_key_service.c.service_id
    places: Sequence[tuple[str, str, ColumnElement[bool]]] = (
        ("People who see this service", "users.index", users == service.id),
        ("API keys for it", "api_keys.index", keys == service.id),
        ("Rules how many are asked", "asking.index", SamplingRule.service_id == service.id),
        (
            "Rules that leave it out",
            "asking.index",
            and_(Exclusion.dimension == Dimension.SERVICE, Exclusion.value == service.code),
        ),
        ("Windows of sending", "sending.index", SendingWindow.service_id == service.id),
        (
            "Targets that have not ended",
            "targets.index",
            and_(Target.service_id == service.id, Target.ended_on.is_(None)),
        ),
        (
            "Links, posters and kiosks that are open",
            "links.index",
            and_(OpenLink.service_id == service.id, OpenLink.closed_at.is_(None)),
        ),
        ("Owners of follow-ups", "follow_up_rules.show", FollowUpOwner.service_id == service.id),
        ("Inboxes of alerts", "alert_kinds.index", AlertKind.inbox_service_id == service.id),
        ("Texts on support", "after_answers.index", SupportText.service_id == service.id),
    )
    counts = select(*(select(func.count()).where(condition).scalar_subquery() for _, _, condition in places))
    return [
        Pointing(words, count, page)
        for (words, page, _), count in zip(places, db.session.execute(counts).one(), strict=True)
        if count
    ]
