"""Deciding who is asked. One batch of a job."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from survey_app.contacts.eligibility import ineligible_reason
from survey_app.contacts.models import AskingRules, Contact, ContactDetail
from survey_app.contacts.people import PersonKeys
from survey_app.contacts.queries import asking_rules, ids_with_email, index_key, opted_out_among
from survey_app.contacts.sampling import draw_fraction
from survey_app.extensions import db, transaction
from survey_app.invitations.models import (
    Invitation,
    Message,
    MessageKind,
)
from survey_app.invitations.operations.outcomes import count_again
from survey_app.invitations.queries import asked_since
from survey_app.kernel.clock import day_ends_at, london_day
from survey_app.kernel.tokens import new_reference, new_salt
from survey_app.organisation.queries import council
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.queries import published_version
from survey_app.work.jobs import wake
from survey_app.work.models import Subject
from survey_app.work.operations import recount

log = logging.getLogger(__name__)

DRAW_BATCH = 500

ASKED = "asked"


def draw_invitations(now: datetime, worker: str) -> int:
    """Decide for the next contacts who is asked, each with its reason; how many were decided. None during a pause.

    The draw of a contact hangs on its reference alone, so neither the order of a file nor anybody's choice moves it.
    """
    with transaction():
        rules = asking_rules()
        if rules.is_paused:
            return 0
        version = published_version()
        if version is None or council() is None:
            if db.session.scalar(select(Contact.id).where(Contact.draw_outcome.is_(None)).limit(1)) is not None:
                log.warning("nobody is asked: there is no council or no published survey yet; the contacts wait")
            return 0
        contacts = db.session.scalars(
            select(Contact)
            .where(Contact.draw_outcome.is_(None))
            .order_by(Contact.id)
            .limit(DRAW_BATCH)
            # the address itself is not read here: one that cannot be decrypted must not stop the draw
            .options(selectinload(Contact.detail).defer(ContactDetail.email).defer(ContactDetail.phone))
        ).all()
        reachable = ids_with_email(contacts)
        opted_out = opted_out_among(contacts)
        asked = asked_since(now - timedelta(days=rules.cooling_off_days), contacts)
        key = index_key()
        invited = []
        for contact in contacts:
            person = PersonKeys.of(contact)
            reason = ineligible_reason(
                contact,
                rules,
                has_address=contact.id in reachable,
                opted_out=opted_out.has(person),
                recently_asked=asked.has(person),
                today=london_day(now),
            )
            if reason is None and draw_fraction(key, contact.reference) >= rules.sampling_fraction:
                reason = "not_sampled"
            if reason is None:
                invited.append(invite(contact, version, rules, now))
                asked.add(person)
            contact.draw_outcome, contact.drawn_at = reason or ASKED, now
        count_again(*invited)
        recount(Subject.CONTACTS, ((contact.occurred_on, contact.service_id) for contact in contacts))
        if contacts:
            wake("send_messages")
        return len(contacts)


def invite(contact: Contact, version: SurveyVersion, rules: AskingRules, now: datetime) -> Invitation:
    """An invitation with the contact's facts frozen, and its first message waiting to be sent."""
    invitation = Invitation(
        reference=new_reference(),
        contact=contact,
        survey_version=version,
        salt=new_salt(),
        drawn_at=now,
        closes_at=day_ends_at(london_day(now) + timedelta(days=rules.open_days)),
        service_id=contact.service_id,
        team_id=contact.team_id,
        site_id=contact.site_id,
        channel=contact.channel,
        adviser_ref=contact.adviser_ref,
        reason=contact.reason,
        language=contact.language,
        customer_group=contact.customer_group,
        counts_on=contact.occurred_on,
    )
    db.session.add_all([invitation, Message(invitation=invitation, kind=MessageKind.INVITATION, due_at=now)])
    return invitation
