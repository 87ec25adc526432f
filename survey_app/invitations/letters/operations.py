"""Printing what waits: a file of letters with fresh codes, and the same file once more.

A code is in clear in the file alone. Should the file be lost, it is made again with other codes; those that went out
before stay valid.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from survey_app.audit.operations import record_act_by
from survey_app.contacts.models import Way
from survey_app.contacts.people import PersonKeys
from survey_app.contacts.queries import asking_rules, opted_out_among
from survey_app.extensions import db
from survey_app.invitations.letters.printing import MOST_IN_A_FILE, comes_too_late
from survey_app.invitations.letters.queries import WITH_WORDS, open_letters_of_last_batch
from survey_app.invitations.models import Invitation, InvitationState, Message, MessageState
from survey_app.invitations.operations.noting import drop, lock_in_turn
from survey_app.invitations.operations.outcomes import count_again
from survey_app.invitations.operations.tokens import fresh_code
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import Refused
from survey_app.work.jobs import wake
from survey_app.work.operations import claim, release

LEASE = timedelta(minutes=5)  # ends with the transaction in any case
NewLetter = tuple[Invitation, str]  # with its code


def print_letters(*, now: datetime, by: int | None = None, most: int = MOST_IN_A_FILE) -> list[NewLetter]:
    """Take the next letters that wait, the oldest first; they count as sent. What is no longer wanted is dropped.

    Where nothing that waits can still be printed the list is empty, and what was dropped stays dropped. Refused during
    a pause.
    """
    rules = asking_rules()
    if rules.is_paused:
        raise Refused("Asking is paused, so nothing is printed. End the pause first.")
    claimed = claim(
        Message,
        Message.way == Way.LETTER,
        Message.state == MessageState.WAITING,
        Message.due_at <= now,
        worker=f"print-{secrets.token_hex(6)}",
        now=now,
        lease=LEASE,
        most=most,
        order_by=Message.due_at,
    )
    messages = _with_words([message.id for message in claimed])
    stopped = opted_out_among([message.invitation.contact for message in messages])
    letters: list[NewLetter] = []
    for message in messages:
        invitation, contact = message.invitation, message.invitation.contact
        closes_in = invitation.closes_at - now
        if invitation.state is not InvitationState.OPEN:
            drop(message, invitation.state)
        elif stopped.has(PersonKeys.of(contact)):
            drop(message, InvitationState.OPTED_OUT)
        elif comes_too_late(contact.occurred_on, rules.too_old_days, closes_in, london_day(now)):
            drop(message, InvitationState.TOO_OLD)
        else:
            release(message)
            message.state, message.sent_at, invitation.sent_at = MessageState.SENT, now, now
            letters.append((invitation, fresh_code(invitation, now)))
    count_again(*(invitation for invitation, _ in letters))
    if messages:
        counts = {"letters": len(letters), "dropped": len(messages) - len(letters)}
        record_act_by("letters.printed", "letters", at=now, by=by, after=counts)
        wake("fold_tallies")
    db.session.flush()
    return letters


def print_again(*, now: datetime, by: int | None = None) -> list[NewLetter]:
    """The newest file once more, with new codes, without those that were answered, stopped or closed meanwhile."""
    messages = open_letters_of_last_batch(now)
    lock_in_turn([message.id for message in messages])
    letters = [(message.invitation, fresh_code(message.invitation, now)) for message in messages]
    if letters:
        record_act_by("letters.printed again", "letters", at=now, by=by, after={"letters": len(letters)})
    db.session.flush()
    return letters


def _with_words(ids: Sequence[int]) -> Sequence[Message]:
    """These messages in their order, their invitations locked: an answer or a stop may come just now."""
    rows = db.session.scalars(
        select(Message)
        .join(Message.invitation)
        .where(Message.id.in_(ids))
        .order_by(Invitation.id)  # the order in which a stop locks several of one person
        .options(*WITH_WORDS)
        .with_for_update(of=(Message, Invitation))
        .execution_options(populate_existing=True)
    )
    return sorted(rows, key=lambda message: (message.due_at, message.id))
