"""Sending what is due, a batch at a time."""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from survey_app.contacts.people import PersonKeys
from survey_app.contacts.queries import asking_rules, opted_out_among
from survey_app.extensions import db, transaction
from survey_app.invitations.models import (
    Invitation,
    InvitationState,
    Message,
    MessageKind,
    MessageState,
    TokenPurpose,
)
from survey_app.invitations.operations.outcomes import count_again
from survey_app.invitations.operations.tokens import fresh_code, fresh_token
from survey_app.invitations.presenters import Tokens, invitation_email
from survey_app.invitations.queries import TEST_TOKEN, sample_invitation
from survey_app.kernel.errors import Refused
from survey_app.messaging.email import Email, EmailTransport, SendError, ServerTrouble, email_transport
from survey_app.organisation.operations import note_tested
from survey_app.organisation.queries import the_council
from survey_app.settings import Settings
from survey_app.work.jobs import is_ending, wake
from survey_app.work.operations import claim, release

log = logging.getLogger(__name__)

SEND_BATCH = 20
SEND_LEASE = timedelta(minutes=4)  # longer than the slowest talk with a mail server; so long a dead worker's wait
SEND_UNTIL_SECONDS = 60  # after so long the rest of a batch is given back, well before its lease ends
MOST_ATTEMPTS = 8


def send_messages(now: datetime, worker: str) -> int:
    """Send the next messages that are due; how many were dealt with. 0 also when the mail server is in trouble.

    A message is claimed and its tokens are stored before it goes out, and its outcome is stored at once after. If
    this process dies in between, the lease runs out and that one message goes out again: better twice than never,
    and both its links open the same answer. Trouble with the server uses up no attempt: the messages wait.
    """
    settings = _settings()
    with transaction():
        if asking_rules().is_paused:
            return 0
        claimed = claim(
            Message,
            Message.state == MessageState.WAITING,
            Message.due_at <= now,
            worker=worker,
            now=now,
            lease=SEND_LEASE,
            most=SEND_BATCH,
            order_by=Message.due_at,
        )
        waiting = [message.id for message in claimed]
    done, started = 0, monotonic()
    with closing(email_transport(settings.mail_url, settings.instance_path / "outbox")) as transport:
        while waiting and not is_ending() and monotonic() - started < SEND_UNTIL_SECONDS:
            try:
                held_until = now + timedelta(seconds=monotonic() - started) + SEND_LEASE
                _send_one(waiting[0], transport, worker, now, held_until)
            except ServerTrouble as trouble:
                log.warning("mail waits: %s", trouble)
                done = 0
                break
            waiting.pop(0)
            done += 1
    with transaction():
        for message_id in waiting:
            if (message := _held(message_id, worker)) is not None:
                release(message)
                message.attempts -= 1  # not tried
        wake("fold_tallies")
    return done


def send_test_message(recipient: str, *, now: datetime, by: int | None = None) -> None:
    """Send somebody the message that residents will get. Its links open the real pages, which store nothing.

    Commits before it speaks to the mail server, which may take its time. Refused before there is a sender and a
    service; SendError and ServerTrouble when the message was not taken.
    """
    with transaction():
        invitation = sample_invitation(now)
        sender = the_council()
        if invitation is None or not sender.sender_email:
            raise Refused("A test message needs a sender and at least one service. Do those steps first.")
        email = invitation_email(
            invitation,
            MessageKind.INVITATION,
            Tokens(answer=TEST_TOKEN, opt_out=TEST_TOKEN),
            council=sender,
            rules=asking_rules(),
            base_url=_settings().base_url,
            recipient=recipient,
        )
    with closing(email_transport(_settings().mail_url, _settings().instance_path / "outbox")) as transport:
        transport.send(replace(email, subject=f"Test: {email.subject}"))
    with transaction():
        note_tested(now=now, by=by)


def _send_one(message_id: int, transport: EmailTransport, worker: str, now: datetime, held_until: datetime) -> None:
    """Write, send and note one message. Whatever is wrong with it stays with it; ServerTrouble is passed on.

    Its lease begins anew: it may have waited for the others of its batch.
    """
    error: SendError | None = None
    try:
        with transaction():
            message = _held(message_id, worker)
            email = None
            if message is not None:
                message.claimed_until = held_until
                email = _prepare(message, now)
        if email is None:
            return
        transport.send(email)
    except ServerTrouble:
        raise
    except SendError as refusal:
        error = refusal
    except Exception as problem:  # a row that cannot be read, a template that fails: the others must still go out
        log.exception("message %s cannot be made", message_id)
        error = SendError(f"it cannot be made: {type(problem).__name__}", is_permanent=False)
    with transaction():
        message = _held(message_id, worker)
        if message is None:
            return  # the lease ran out on the way, and another worker has it now
        if error is None:
            _note_sent(message, now)
        else:
            _note_failure(message, error, now)


def _held(message_id: int, worker: str) -> Message | None:
    """The message, if this worker still holds it; it and its invitation are locked, for an answer may come just now."""
    return db.session.scalar(
        select(Message)
        .where(Message.id == message_id, Message.claimed_by == worker, Message.state == MessageState.WAITING)
        .options(joinedload(Message.invitation, innerjoin=True))
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def _prepare(message: Message, now: datetime) -> Email | None:
    """The e-mail of a message, its fresh tokens stored; None when it is no longer wanted, and why is noted."""
    invitation = message.invitation
    contact = invitation.contact
    reason = _why_not(invitation, now)
    if reason is None and opted_out_among([contact]).has(PersonKeys.of(contact)):
        reason = InvitationState.OPTED_OUT  # through another message, or between the draw and now
    recipient = contact.detail.email if contact.detail else None
    if reason is not None or recipient is None:
        _drop(message, reason or InvitationState.FAILED)
        return None
    tokens = Tokens(
        answer=fresh_token(invitation, TokenPurpose.ANSWER, now),
        opt_out=fresh_token(invitation, TokenPurpose.OPT_OUT, now),
        code=fresh_code(invitation, now),
    )
    return invitation_email(
        invitation,
        message.kind,
        tokens,
        council=the_council(),
        rules=asking_rules(),
        base_url=_settings().base_url,
        recipient=recipient,
    )


def _why_not(invitation: Invitation, now: datetime) -> InvitationState | None:
    """Why a message of this invitation is no longer wanted, if it is not."""
    if invitation.state is not InvitationState.OPEN:
        return invitation.state
    return InvitationState.TOO_OLD if invitation.closes_at <= now else None


def _drop(message: Message, reason: InvitationState) -> None:
    release(message, error=reason.value)
    message.state = MessageState.DROPPED
    if message.kind is MessageKind.INVITATION and message.invitation.state is InvitationState.OPEN:
        message.invitation.state = reason
        count_again(message.invitation)


def _note_sent(message: Message, now: datetime) -> None:
    release(message)
    message.state, message.sent_at = MessageState.SENT, now
    invitation = message.invitation
    if message.kind is MessageKind.REMINDER:
        invitation.reminded_at = now
        return
    invitation.sent_at = now
    count_again(invitation)
    days = asking_rules().reminder_after_days
    due_at = now + timedelta(days=days)
    if days and due_at < invitation.closes_at:
        db.session.add(Message(invitation=invitation, kind=MessageKind.REMINDER, due_at=due_at))


def _note_failure(message: Message, error: SendError, now: datetime) -> None:
    """Try again later, each time twice as late; give up when it cannot help, and say so in the ledger."""
    release(message, error=str(error))
    if not error.is_permanent and message.attempts < MOST_ATTEMPTS:
        message.due_at = now + timedelta(minutes=2**message.attempts)
        return
    message.state = MessageState.FAILED
    if message.kind is MessageKind.INVITATION and message.invitation.state is InvitationState.OPEN:
        message.invitation.state = InvitationState.FAILED
        count_again(message.invitation)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
