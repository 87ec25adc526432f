"""The short transactions of sending: may this message go out now, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, exists, or_, select, update
from sqlalchemy.orm import joinedload

from survey_app.contacts.asking.queries import blocked_among, blocks_at
from survey_app.contacts.models import AddressBlock, OptOut, Way
from survey_app.contacts.people import PersonKeys, hidden_reference
from survey_app.contacts.queries import asking_rules, index_key, opted_out_among
from survey_app.extensions import Prepared, db, upsert
from survey_app.invitations.models import Invitation, InvitationState, Message, MessageKind, MessageState
from survey_app.invitations.operations.outcomes import count_again
from survey_app.invitations.operations.receipts import note_undeliverable
from survey_app.invitations.operations.writing import Ready, address_key, has_address, turn_of
from survey_app.invitations.queries import sending_times
from survey_app.invitations.timing import SendingTimes
from survey_app.messaging.errors import SendError
from survey_app.work.models import Subject
from survey_app.work.operations import recount, release

SEND_LEASE = timedelta(minutes=4)  # longer than the slowest talk with a mail server; so long a dead worker's wait
MOST_ATTEMPTS = 8


@dataclass(frozen=True)
class Outcome:
    """A message was handed over; what its provider calls it."""

    ready: Ready
    at: datetime
    provider_id: str | None


@dataclass(frozen=True)
class Batch:
    """Messages of one way that this worker holds, and when they may go."""

    worker: str
    way: Way
    times: SendingTimes
    ready: Sequence[Ready]  # those of them that go out now


_message, _invitation = cast(Table, Message.__table__), cast(Table, Invitation.__table__)
_IS_HELD = (
    _message.c.id == bindparam("message_id"),
    _message.c.claimed_by == bindparam("worker"),
    _message.c.state == MessageState.WAITING,
)
_TAKE = Prepared(
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
                OptOut.customer_ref == bindparam("hidden_ref"),
            )
        ),
        ~exists().where(AddressBlock.key == bindparam("address_key"), blocks_at(bindparam("at"))),
    )
    .values(claimed_until=bindparam("until"))
)
_HANDED_OVER = Prepared(
    update(_message)
    .where(*_IS_HELD)
    .values(
        state=MessageState.HANDED_OVER,
        attempts=_message.c.attempts + 1,
        sent_at=bindparam("at"),
        provider_id=bindparam("provider"),
        last_error=None,
    )
)
_INVITED = update(_invitation).where(_invitation.c.id == bindparam("invitation")).values(sent_at=bindparam("at"))
_REMINDED = update(_invitation).where(_invitation.c.id == bindparam("invitation")).values(reminded_at=bindparam("at"))


def take(line: Connection, ready: Ready, batch: Batch, at: datetime) -> bool:
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
        "hidden_ref": person.customer_ref and hidden_reference(index_key(), person.customer_ref),
        "address_key": person.email_key if batch.way is Way.EMAIL else person.phone_key,
    }
    return _TAKE.run(line, asked) > 0


def note_handed_over(line: Connection, outcome: Outcome, batch: Batch) -> None:
    """It went out, unless its lease ran out on the way and another worker has it now.

    What follows from that is stored with the batch (`conclude`).
    """
    values = {"message_id": outcome.ready.message_id, "worker": batch.worker, "at": outcome.at}
    _HANDED_OVER.run(line, values | {"provider": outcome.provider_id})


def conclude(worker: str, at: datetime) -> None:
    """Store what follows from the messages that this worker has handed over, or that one did which died since.

    When each person was asked or reminded, that this has to be counted, and the reminders to come.
    """
    gone = db.session.execute(
        select(
            Message.id,
            Message.kind,
            Message.way,
            Message.sent_at,
            Message.invitation_id,
            Invitation.counts_on,
            Invitation.service_id,
            Invitation.closes_at,
        )
        .join(Message.invitation)
        .where(
            Message.state == MessageState.HANDED_OVER,
            or_(Message.claimed_by == worker, Message.claimed_until.is_(None), Message.claimed_until < at),
        )
        .with_for_update(of=Message, skip_locked=True)
    ).all()
    if not gone:
        return
    asked = [row for row in gone if row.kind is MessageKind.INVITATION]
    reminded = [row for row in gone if row.kind is MessageKind.REMINDER]
    connection = db.session.connection()
    _lock_invitations({row.invitation_id for row in gone})
    for statement, rows in ((_INVITED, asked), (_REMINDED, reminded)):
        if rows:
            connection.execute(statement, [{"invitation": row.invitation_id, "at": row.sent_at} for row in rows])
    recount(Subject.INVITATIONS, [(row.counts_on, row.service_id) for row in asked])
    if reminders := _reminders(asked):
        connection.execute(upsert(Message).on_conflict_do_nothing(), reminders)
    done = update(_message).where(_message.c.id.in_([row.id for row in gone]))
    connection.execute(done.values(state=MessageState.SENT, claimed_by=None, claimed_until=None))


def _reminders(asked: Sequence[Any]) -> list[dict[str, Any]]:
    """Those that follow these invitations, the same way, each while its invitation is open."""
    rules, times = asking_rules(), sending_times()
    delay = timedelta(days=rules.reminder_after_days)
    ways = {Way.EMAIL, Way.SMS} if rules.remind_by_sms else {Way.EMAIL}
    due = [
        (row, times.due_at(row.sent_at, row.way, row.service_id, delay=delay))
        for row in asked
        if delay and row.way in ways
    ]
    return [
        {
            "invitation_id": row.invitation_id,
            "kind": MessageKind.REMINDER,
            "way": row.way,
            "state": MessageState.WAITING,
            "due_at": due_at,
            "attempts": 0,
        }
        for row, due_at in due
        if due_at < row.closes_at
    ]


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
    elif not has_address(message) or blocked_among([invitation.contact], at) & {address_key(message)}:
        reason = InvitationState.FAILED  # nothing went out, so it was not returned
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


def lock_in_turn(message_ids: Collection[int]) -> None:
    """Lock several messages and their invitations: messages before invitations, each by its id, as a stop does.

    So of two who lock several of the same, one waits for the other, and never both.
    """
    if not message_ids:
        return
    rows = select(Message.invitation_id).where(Message.id.in_(message_ids)).order_by(Message.id).with_for_update()
    _lock_invitations(set(db.session.scalars(rows)))


def _lock_invitations(ids: Collection[int]) -> None:
    db.session.execute(select(Invitation.id).where(Invitation.id.in_(ids)).order_by(Invitation.id).with_for_update())


def give_back(message: Message) -> None:
    """It was not tried."""
    release(message, error=message.last_error)


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
    message.attempts += 1
    if not error.is_permanent and message.attempts < MOST_ATTEMPTS:
        message.due_at = now + timedelta(minutes=2**message.attempts)
        return
    message.state = MessageState.FAILED
    if error.is_no_address:
        note_undeliverable(message, now=now)
    if message.kind is MessageKind.INVITATION and message.invitation.state is InvitationState.OPEN:
        message.invitation.state = InvitationState.FAILED
        count_again(message.invitation)
