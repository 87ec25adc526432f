"""Reading invitations."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from survey_app.contacts.models import Contact, ContactDetail
from survey_app.contacts.people import People, PersonKeys
from survey_app.contacts.queries import asking_rules
from survey_app.extensions import db
from survey_app.invitations.models import Invitation, InvitationToken, Message, MessageKind, TokenPurpose
from survey_app.kernel.clock import day_ends_at, london_day
from survey_app.kernel.tokens import new_reference, token_digest
from survey_app.organisation.channels import Channel
from survey_app.organisation.queries import all_services
from survey_app.surveys.queries import published_version

TEST_TOKEN = "test"  # noqa: S105 - no secret: the links of a test message, which store nothing


def invitation_by_token(token: str, *purposes: TokenPurpose) -> Invitation | None:
    """The invitation that a live token of one of these purposes opens."""
    return db.session.scalar(
        select(Invitation)
        .join(InvitationToken)
        .where(
            InvitationToken.token_sha256 == token_digest(token),
            InvitationToken.purpose.in_(purposes),
            InvitationToken.revoked_at.is_(None),
        )
        .options(joinedload(Invitation.survey_version), joinedload(Invitation.service))
    )


def is_message(reference: str) -> bool:
    """Whether a message of ours is called so."""
    called = _messages_called(reference)
    return called is not None and db.session.scalar(called.with_only_columns(Message.id)) is not None


def message_by_reference(reference: str) -> Message | None:
    """The message of this name with its invitation, both locked: other news of them may come just now."""
    called = _messages_called(reference)
    if called is None:
        return None
    return db.session.scalar(
        called.options(contains_eager(Message.invitation))
        .with_for_update(of=[Message, Invitation])
        .execution_options(populate_existing=True)
    )


def _messages_called(reference: str) -> Select[Message] | None:
    """The other way round than Message.reference; None when it can be no name of ours."""
    invitation, _, kind = reference.rpartition(".")
    if kind not in set(MessageKind):
        return None
    return (
        select(Message)
        .join(Message.invitation)
        .where(Invitation.reference == invitation, Message.kind == MessageKind(kind))
    )


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
