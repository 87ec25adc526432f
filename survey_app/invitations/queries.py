"""Reading invitations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from survey_app.contacts.models import Contact, ContactDetail, Way
from survey_app.contacts.people import People, PersonKeys
from survey_app.contacts.queries import asking_rules, index_key
from survey_app.extensions import db
from survey_app.invitations.codes import read_code
from survey_app.invitations.models import (
    Invitation,
    InvitationState,
    InvitationToken,
    Message,
    MessageState,
    ReceivedText,
    TextOutcome,
    TokenPurpose,
)
from survey_app.kernel.clock import day_ends_at, london_day
from survey_app.kernel.tokens import keyed_hash, new_reference, token_digest
from survey_app.organisation.channels import Channel
from survey_app.organisation.queries import all_services
from survey_app.surveys.queries import published_version

TEST_TOKEN = "test"  # noqa: S105 - no secret: the links of a test message, which store nothing


def invitation_by_token(token: str, *purposes: TokenPurpose) -> Invitation | None:
    """The invitation that a live token of one of these purposes opens. A code may be written in any of its ways."""
    return db.session.scalar(
        select(Invitation)
        .join(InvitationToken)
        .where(
            InvitationToken.token_sha256 == stored_form(token),
            InvitationToken.purpose.in_(purposes),
            InvitationToken.revoked_at.is_(None),
        )
        .options(joinedload(Invitation.survey_version), joinedload(Invitation.service))
    )


def stored_form(token: str) -> str:
    """What the database keeps of a token: its digest; of a code, short enough to be tried out, a keyed hash."""
    code = read_code(token)
    return token_digest(token) if code is None else keyed_hash(index_key(), code)


def asked_by_text(phone_key: str, at: datetime) -> Invitation | None:
    """The invitation that a number was last asked by in a text message before then, in whatever state it is.

    A message whose sending was begun counts: its worker may have died before it noted that it went out.
    """
    went_out_at = func.coalesce(Message.sent_at, Message.due_at)
    return db.session.scalar(
        select(Invitation)
        .join(Message, Message.invitation_id == Invitation.id)
        .join(ContactDetail, ContactDetail.contact_id == Invitation.contact_id)
        .where(
            ContactDetail.phone_key == phone_key,
            Message.way == Way.SMS,
            or_(Message.state == MessageState.SENT, Message.attempts > 0),
            went_out_at <= at,
            Invitation.state != InvitationState.VOID,
        )
        .order_by(went_out_at.desc(), Message.id.desc())
        .limit(1)
    )


def is_text_known(provider_id: str) -> bool:
    """Whether a text message was dealt with before, however often its provider tells of it."""
    return db.session.scalar(select(ReceivedText.id).where(ReceivedText.provider_id == provider_id)) is not None


def texts_received(invitation: Invitation) -> list[tuple[datetime, TextOutcome]]:
    """When each text message about an invitation was written, and what became of it; the oldest first."""
    rows = db.session.execute(
        select(ReceivedText.received_at, ReceivedText.outcome)
        .where(ReceivedText.invitation_id == invitation.id)
        .order_by(ReceivedText.received_at, ReceivedText.id)
    )
    return [(received_at, outcome) for received_at, outcome in rows]


def sample_invitation(now: datetime) -> Invitation | None:
    """An invitation as a resident would get it today, about the first service, that is stored and counted nowhere.

    None while there is no service or no published survey.
    """
    version, services = published_version(), all_services()
    if version is None or not services:
        return None
    today = london_day(now)
    return Invitation(
        reference=new_reference(),
        survey_version=version,
        service=services[0],
        channel=Channel.PHONE,
        counts_on=today,
        closes_at=day_ends_at(today + timedelta(days=asking_rules().open_days)),
    )


def asked_since(since: datetime, contacts: Sequence[Contact]) -> People:
    """Those who made one of these contacts and were asked since then, whatever it was about."""
    among = People.of(PersonKeys.of(contact) for contact in contacts)
    rows = db.session.execute(
        select(ContactDetail.email_key, ContactDetail.phone_key, Contact.customer_ref)
        .select_from(Invitation)
        .join(Contact, Contact.id == Invitation.contact_id)
        .outerjoin(ContactDetail, ContactDetail.contact_id == Contact.id)
        .where(
            Invitation.drawn_at >= since,
            or_(
                ContactDetail.email_key.in_(among.email_keys),
                ContactDetail.phone_key.in_(among.phone_keys),
                Contact.customer_ref.in_(among.customer_refs),
            ),
        )
    )
    return People.of(PersonKeys(*row) for row in rows)
