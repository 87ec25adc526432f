"""How far the set-up has come, and what has come of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from survey_app.admin.setup.steps import Facts
from survey_app.contacts.models import Contact
from survey_app.contacts.queries import asking_rules, has_contacts
from survey_app.extensions import db
from survey_app.invitations.models import Invitation
from survey_app.measures.queries.standing import council_targets
from survey_app.organisation.models import USUAL_BRAND, USUAL_LINK, Council, Service
from survey_app.organisation.queries import council

HEADLINE = "satisfaction"  # the measure that the first target is for


@dataclass(frozen=True)
class Progress:
    """How far the contacts have come."""

    waiting: int  # nobody has decided yet whether they are asked
    not_asked: int
    asked: int
    sent: int
    answered: int


def set_up_facts() -> Facts:
    found = council()
    return Facts(
        has_council=found is not None,
        has_logo=found is not None and found.logo is not None,
        has_own_colours=found is not None and _has_own_colours(found),
        services=db.session.scalar(select(func.count(Service.id))) or 0,
        has_target=bool(council_targets(HEADLINE)),
        has_sender=found is not None and bool(found.sender_email),
        has_contacts=has_contacts(),
        is_tested=found is not None and found.tested_at is not None,
        is_asking=found is not None and not asking_rules().is_paused,
    )


def progress() -> Progress:
    """Counted now."""
    drawn, waiting = Contact.draw_outcome, Contact.draw_outcome.is_(None)
    return Progress(
        waiting=_count(Contact.id, waiting),
        not_asked=_count(Contact.id, drawn != "asked"),
        asked=_count(Invitation.id),
        sent=_count(Invitation.id, Invitation.sent_at.is_not(None)),
        answered=_count(Invitation.id, Invitation.answered_at.is_not(None)),
    )


def _count(key: object, *conditions: object) -> int:
    return db.session.scalar(select(func.count(key)).where(*conditions)) or 0  # type: ignore[arg-type]


def _has_own_colours(found: Council) -> bool:
    return (found.brand_colour, found.link_colour) != (USUAL_BRAND, USUAL_LINK)
