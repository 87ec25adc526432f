"""Trying once more what was given up: whoever mends the cause says so, and only what still makes sense goes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from survey_app.contacts.models import AskingRules
from survey_app.contacts.people import PersonKeys
from survey_app.contacts.queries import asking_rules, opted_out_among
from survey_app.extensions import db
from survey_app.invitations.models import CallbackKind, InvitationState, Message, MessageKind, MessageState
from survey_app.invitations.operations.callbacks import TAKERS
from survey_app.invitations.operations.outcomes import count_again
from survey_app.invitations.operations.writing import turn_of
from survey_app.invitations.queries import callbacks_to_retry, messages_to_retry, sending_times
from survey_app.invitations.timing import SendingTimes
from survey_app.kernel.errors import Refused
from survey_app.work.backlog import Retried
from survey_app.work.jobs import wake

MOST_AT_ONCE = 1_000
NOTHING_THERE = "There is nothing to try again: it was tried already, or its time is over."


def retry_messages(references: Collection[str], now: datetime) -> Retried:
    """Have messages that failed on our side sent after all: these, or the oldest thousand where none is named.

    One waits again when its invitation is open, its person may be asked and it is not too old; the others stay as
    they are, and why is counted. Refused when none of those named is there any more.
    """
    found = messages_to_retry(references, MOST_AT_ONCE, now)
    if not found:
        raise Refused(NOTHING_THERE)
    rules, times = asking_rules(), sending_times()
    stopped = opted_out_among([message.invitation.contact for message, _has_address in found])
    refused: Counter[str] = Counter()
    again: list[Message] = []
    for message, has_address in found:
        if stopped.has(PersonKeys.of(message.invitation.contact)):
            why: str | None = "the person asked us to stop"
        elif not has_address:
            why = "the address is deleted"
        else:
            why = _why_not(message, rules, times, now)
        if why is None:
            again.append(message)
        else:
            refused[why] += 1
    _wait_again(again, now)
    db.session.flush()
    wake("send_messages")
    return Retried(len(again), dict(refused))


def retry_callbacks(references: Collection[str], now: datetime, *, kinds: Collection[CallbackKind]) -> Retried:
    """Have what a provider told us taken in after all. Refused when none of what was named is there any more."""
    found = callbacks_to_retry(kinds, references, MOST_AT_ONCE, now)
    if not found:
        raise Refused(NOTHING_THERE)
    for callback in found:
        callback.attempts, callback.claimed_by, callback.claimed_until = 0, None, None
    db.session.flush()
    for job in {TAKERS[kind] for kind in kinds}:
        wake(job)
    return Retried(len(found))


def _why_not(message: Message, rules: AskingRules, times: SendingTimes, now: datetime) -> str | None:
    state, is_first = message.invitation.state, message.kind is MessageKind.INVITATION
    if state is not (InvitationState.FAILED if is_first else InvitationState.OPEN):
        return "it is answered, stopped or over"
    return "it would go out too late" if turn_of(message, rules, times, now) is None else None


def _wait_again(messages: Sequence[Message], now: datetime) -> None:
    for message in messages:
        message.state, message.due_at, message.attempts, message.last_error = MessageState.WAITING, now, 0, None
    opened = [message.invitation for message in messages if message.kind is MessageKind.INVITATION]
    for invitation in opened:
        invitation.state = InvitationState.OPEN
    count_again(*opened)
