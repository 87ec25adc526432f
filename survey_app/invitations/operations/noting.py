"""The short transactions of sending: may this message go out now, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Table, Update, bindparam, exists, insert, or_, select, update
from sqlalchemy.orm import joinedload

from survey_app.contacts.models import OptOut, Way
from survey_app.contacts.people import PersonKeys
from survey_app.contacts.queries import asking_rules, opted_out_among
from survey_app.extensions import db
from survey_app.invitations.models import Invitation, InvitationState, Message, MessageKind, MessageState
from survey_app.invitations.operations.outcomes import count_again
from survey_app.invitations.operations.writing import Ready, address_of, turn_of
from survey_app.invitations.queries import sending_times
from survey_app.invitations.timing import SendingTimes
from survey_app.messaging.errors import SendError
from survey_app.work.models import Subject
from survey_app.work.operations import recount, release

SEND_LEASE = timedelta(minutes=4)  # longer than the slowest talk with a mail server; so long a dead worker's wait
MOST_ATTEMPTS = 8


@dataclass(frozen=True)
class Outcome:
    """What became of a message that was handed over."""

    ready: Ready
    at: datetime
    provider_id: str | None = None
    error: SendError | None = None


@dataclass(frozen=True)
class Batch:
    """Messages of one way that this worker holds, and the rules as they were then."""

    worker: str
    way: Way
    times: SendingTimes
    remind_after: timedelta | None  # None: no reminder is sent this way
    ready: Sequence[Ready]  # those of them that go out now


_message, _invitation = cast(Table, Message.__table__), cast(Table, Invitation.__table__)
_IS_HELD = (
    _message.c.id == bindparam("message_id"),
    _message.c.claimed_by == bindparam("worker"),
    _message.c.state == MessageState.WAITING,
)
_TAKE = (
    update(_message)
    .where(
        *_IS_HELD,
        exists().where(
            _invitation.c.id == _message.c.invitation_id,
            _invitation.c.state == InvitationState.OPEN,
            _invitation.c.closes_at > bindparam("at"),
        ),
        ~exists().where(
            or_(
                OptOut.email_key == bindparam("email_key"),
                OptOut.phone_key == bindparam("phone_key"),
                OptOut.customer_ref == bindparam("customer_ref"),
            )
        ),
    )
    .values(claimed_until=bindparam("until"))
)
_SENT = (
    update(_message)
    .where(*_IS_HELD)
    .values(
        state=MessageState.SENT,
        sent_at=bindparam("at"),
        provider_id=bindparam("provider"),
        claimed_by=None,
        claimed_until=None,
        last_error=None,
    )
)
_ASKED = update(_invitation).where(_invitation.c.id == bindparam("invitation")).values(sent_at=bindparam("at"))
_REMINDED = update(_invitation).where(_invitation.c.id == bindparam("invitation")).values(reminded_at=bindparam("at"))


def take(ready: Ready, batch: Batch, at: datetime) -> bool:
    """Whether a message may go out now: still held and wanted, and its window open. Its lease begins anew."""
    if not batch.times.is_open(at, batch.way, ready.service_id):
        return False
    person = ready.person
    asked = {
        "message_id": ready.message_id,
        "worker": batch.worker,
        "at": at,
        "until": at + SEND_LEASE,
        "email_key": person.email_key,
        "phone_key": person.phone_key,
        "customer_ref": person.customer_ref,
    }
    return _changes(_TAKE, asked)


def note(outcome: Outcome | None, batch: Batch) -> None:
    """What became of a message, unless its lease ran out on the way and another worker has it now."""
    if outcome is None:
        return
    ready, at = outcome.ready, outcome.at
    if outcome.error is not None:
        if (message := held(ready.message_id, batch.worker)) is not None:
            note_failure(message, outcome.error, at)
        return
    sent = {"message_id": ready.message_id, "worker": batch.worker, "at": at, "provider": outcome.provider_id}
    if not _changes(_SENT, sent):
        return
    is_first = ready.kind is MessageKind.INVITATION
    _changes(_ASKED if is_first else _REMINDED, {"invitation": ready.invitation_id, "at": at})
    if not is_first:
        return
    recount(Subject.INVITATIONS, [(ready.counts_on, ready.service_id)])
    if batch.remind_after is None:
        return
    due_at = batch.times.due_at(at, batch.way, ready.service_id, delay=batch.remind_after)
    if due_at < ready.closes_at:
        reminder = {
            "invitation_id": ready.invitation_id,
            "kind": MessageKind.REMINDER,
            "way": batch.way,
            "due_at": due_at,
        }
        db.session.execute(insert(_message), reminder)


def _changes(statement: Update, values: dict[str, Any]) -> bool:
    """Whether there was a row to change."""
    return cast(CursorResult[Any], db.session.execute(statement, values)).rowcount > 0


def settle(message_id: int, batch: Batch, at: datetime) -> None:
    """A message that does not go out now: dropped, and why is noted, or given back for when it may go."""
    message = held(message_id, batch.worker)
    if message is None:
        return
    invitation, goes = message.invitation, None
    reason: InvitationState | None = None
    if invitation.state is not InvitationState.OPEN:
        reason = invitation.state
    elif opted_out_among([invitation.contact]).has(PersonKeys.of(invitation.contact)):
        reason = InvitationState.OPTED_OUT  # through another message, or between the draw and now
    elif (goes := turn_of(message, asking_rules(), sending_times(), at)) is None:
        reason = InvitationState.TOO_OLD
    elif address_of(message) is None:
        reason = InvitationState.FAILED
    if reason is not None or goes is None:
        drop(message, reason or InvitationState.TOO_OLD)
    else:
        give_back(message)
        message.due_at = goes


def held(message_id: int, worker: str) -> Message | None:
    """The message, if this worker still holds it; it and its invitation are locked, for an answer may come just now."""
    return db.session.scalar(
        select(Message)
        .where(Message.id == message_id, Message.claimed_by == worker, Message.state == MessageState.WAITING)
        .options(joinedload(Message.invitation, innerjoin=True))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def give_back(message: Message) -> None:
    """It was not tried."""
    release(message, error=message.last_error)
    message.attempts -= 1


def drop(message: Message, reason: InvitationState) -> None:
    """It is no longer wanted. An invitation that was to go out with it is over for the same reason."""
    release(message, error=reason.value)
    message.state = MessageState.DROPPED
    if message.kind is MessageKind.INVITATION and message.invitation.state is InvitationState.OPEN:
        message.invitation.state = reason
        count_again(message.invitation)


def note_failure(message: Message, error: SendError, now: datetime) -> None:
    """Try again later, each time twice as late; give up when it cannot help, and say so in the ledger."""
    release(message, error=str(error))
    if not error.is_permanent and message.attempts < MOST_ATTEMPTS:
        message.due_at = now + timedelta(minutes=2**message.attempts)
        return
    message.state = MessageState.FAILED
    if message.kind is MessageKind.INVITATION and message.invitation.state is InvitationState.OPEN:
        message.invitation.state = InvitationState.FAILED
        count_again(message.invitation)
