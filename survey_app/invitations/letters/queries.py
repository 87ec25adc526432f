"""Reading what waits to be printed and what was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager

from survey_app.contacts.models import Contact, Way
from survey_app.extensions import db
from survey_app.invitations.models import Invitation, InvitationState, Message, MessageState
from survey_app.organisation.models import Service


@dataclass(frozen=True)
class WaitingLetters:
    """The letters of one service that wait to be printed."""

    service: str
    count: int
    oldest_on: date  # the London day of the oldest contact


@dataclass(frozen=True)
class PrintedBatch:
    """The letters of one file."""

    printed_at: datetime
    count: int
    still_open: int  # how many of them may still be answered


def waiting_letters(now: datetime) -> Sequence[WaitingLetters]:
    """What waits to be printed, by service, the oldest contact first."""
    oldest = func.min(Contact.occurred_on)
    rows = db.session.execute(
        select(Service.name, func.count(), oldest)
        .select_from(Message)
        .join(Invitation, Invitation.id == Message.invitation_id)
        .join(Contact, Contact.id == Invitation.contact_id)
        .join(Service, Service.id == Invitation.service_id)
        .where(Message.way == Way.LETTER, Message.state == MessageState.WAITING, Message.due_at <= now)
        .group_by(Service.name)
        .order_by(oldest, Service.name)
    )
    return [WaitingLetters(*row) for row in rows]


def last_batch(now: datetime) -> PrintedBatch | None:
    """The newest file of letters; None when none was ever printed."""
    printed_at = _last_printed_at()
    if printed_at is None:
        return None
    count = db.session.scalar(select(func.count(Message.id)).where(*_of_batch(printed_at)))
    return PrintedBatch(printed_at, count or 0, len(open_letters_of_last_batch(now)))


def open_letters_of_last_batch(now: datetime) -> Sequence[Message]:
    """The letters of the newest file that may still be answered, in their order."""
    printed_at = _last_printed_at()
    if printed_at is None:
        return []
    return db.session.scalars(
        select(Message)
        .join(Message.invitation)
        .where(*_of_batch(printed_at), Invitation.state == InvitationState.OPEN, Invitation.closes_at > now)
        .order_by(Message.due_at, Message.id)
        .options(*WITH_WORDS)
    ).all()


# what a letter's words need, in the same read; for a statement that joins Message.invitation
WITH_WORDS = (
    contains_eager(Message.invitation).joinedload(Invitation.contact, innerjoin=True),
    contains_eager(Message.invitation).joinedload(Invitation.service, innerjoin=True),
)


def _last_printed_at() -> datetime | None:
    return db.session.scalar(
        select(Message.sent_at)
        .where(Message.way == Way.LETTER, Message.sent_at.is_not(None))
        .order_by(Message.sent_at.desc())
        .limit(1)
    )


def _of_batch(printed_at: datetime) -> tuple[ColumnElement[bool], ...]:
    return Message.way == Way.LETTER, Message.state == MessageState.SENT, Message.sent_at == printed_at
