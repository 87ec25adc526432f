"""Reading invitations."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, func, or_, select, union
from sqlalchemy.orm import joinedload

from survey_app.contacts.models import Contact, ContactDetail, SendingWindow, Way
from survey_app.contacts.people import People, PersonKeys, Someone
from survey_app.contacts.queries import asking_rules, index_key, opted_out_among
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
from survey_app.invitations.timing import SendingTimes, Window
from survey_app.kernel.clock import day_ends_at, london_day
from survey_app.kernel.tokens import keyed_hash, new_reference, token_digest
from survey_app.organisation.channels import Channel
from survey_app.organisation.queries import all_services, council_nation
from survey_app.surveys.queries import published_version

Columns = TypeVarTuple("Columns")

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


def sending_times() -> SendingTimes:
    """When the council sends, each way and service."""
    windows = {
        (row.way, row.service_id): Window(row.opens_minute, row.closes_minute, row.weekdays, row.on_bank_holidays)
        for row in db.session.scalars(select(SendingWindow))
    }
    return SendingTimes(windows, council_nation())


def invitations_of(people: People, *conditions: ColumnElement[bool]) -> set[int]:
    """The ids of the invitations of these people that meet all conditions."""
    found: set[int] = set()
    for column, keys in (
        (ContactDetail.email_key, people.email_keys),
        (ContactDetail.phone_key, people.phone_keys),
        (Contact.customer_ref, people.customer_refs),
    ):
        if keys:  # one key at a time, so that its index serves
            found |= set(db.session.scalars(_with_keys(select(Invitation.id)).where(column.in_(keys), *conditions)))
    return found


def invitations_stopped_at(moments: Collection[datetime], among: People | None) -> dict[int, PersonKeys]:
    """Who was asked by the invitations that stops of these moments ended, by invitation id."""
    ended = Invitation.opted_out_at.in_(moments)
    ids = invitations_of(among, ended) if among else None
    keys = select(Invitation.id, ContactDetail.email_key, ContactDetail.phone_key, Contact.customer_ref)
    rows = _with_keys(keys).where(ended if ids is None else Invitation.id.in_(ids))
    return {invitation_id: PersonKeys(*person) for invitation_id, *person in db.session.execute(rows)}


def has_stopped(invitation: Invitation) -> bool:
    """Whether the person who got it is asked no more, however and wherever they said so."""
    contact = invitation.contact
    return invitation.opted_out_at is not None or opted_out_among([contact]).has(PersonKeys.of(contact))


def _with_keys(rows: Select[*Columns]) -> Select[*Columns]:
    """From invitations to the keys of their people."""
    contacts = rows.select_from(Invitation).join(Contact, Contact.id == Invitation.contact_id)
    return contacts.outerjoin(ContactDetail, ContactDetail.contact_id == Contact.id)


def asked_since(since: datetime, contacts: Iterable[Someone]) -> People:
    """Those who made one of these contacts and to whom something went out since then, or waits to, whatever it was
    about. A reminder counts as much as an invitation.
    """
    among = People.of(PersonKeys.of(contact) for contact in contacts)
    theirs = union(  # of each index its part: an "or" over both tables would read them whole
        select(ContactDetail.contact_id).where(ContactDetail.email_key.in_(among.email_keys)),
        select(ContactDetail.contact_id).where(ContactDetail.phone_key.in_(among.phone_keys)),
        select(Contact.id).where(Contact.customer_ref.in_(among.customer_refs)),
    ).subquery()
    rows = db.session.execute(
        select(ContactDetail.email_key, ContactDetail.phone_key, Contact.customer_ref)
        .select_from(theirs)
        .join(Invitation, Invitation.contact_id == theirs.c[0])
        .join(Contact, Contact.id == Invitation.contact_id)
        .outerjoin(ContactDetail, ContactDetail.contact_id == Contact.id)
        .where(or_(Invitation.drawn_at >= since, Invitation.sent_at >= since, Invitation.reminded_at >= since))
    )
    return People.of(PersonKeys(*row) for row in rows)
