"""Sending what is due: by batches over one connection, with one short transaction between a message and the next."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic

from flask import current_app
from sqlalchemy import func, insert, select

from survey_app.contacts.models import AskingRules, Way
from survey_app.contacts.queries import asking_rules
from survey_app.extensions import db, reading, transaction, unsynced
from survey_app.invitations.models import InvitationToken, Message, MessageKind, MessageState
from survey_app.invitations.operations.noting import (
    SEND_LEASE,
    Batch,
    Outcome,
    give_back,
    held,
    note,
    note_failure,
    settle,
    take,
)
from survey_app.invitations.operations.writing import Pen, Ready, fault, with_all_that_is_written
from survey_app.invitations.presenters import Tokens, invitation_email
from survey_app.invitations.queries import TEST_TOKEN, sample_invitation, sending_times
from survey_app.kernel.clock import day_starts_at, london_day
from survey_app.kernel.errors import Refused
from survey_app.messaging.email import Email
from survey_app.messaging.errors import SendError, ServerTrouble
from survey_app.messaging.ways import Transports, transports
from survey_app.organisation.operations import note_tested
from survey_app.organisation.queries import the_council
from survey_app.settings import Settings
from survey_app.work.jobs import is_ending, wake
from survey_app.work.operations import claim, hold

log = logging.getLogger(__name__)

SEND_BATCH = 100
SEND_UNTIL_SECONDS = 30  # after so long a step ends and the rest of its batch is given back, well before its lease ends
AFTER_A_BREAK = timedelta(minutes=1)  # the others go first: it may be this message that breaks the connection


def send_messages(now: datetime, worker: str) -> int:
    """Send the next messages that are due; how many were dealt with. 0 also when their servers are in trouble.

    A message is claimed and its tokens are stored before it goes out, and its outcome is stored at once after. If
    this process dies in between, the lease runs out and that one message goes out again: better twice than never,
    and both its links open the same answer. Trouble with a server uses up no attempt: the messages wait.
    """
    started, done = monotonic(), 0

    def clock() -> datetime:
        return now + timedelta(seconds=int(monotonic() - started))

    with closing(_carriers()) as carriers:
        working = [way for way in _ways(carriers) if _resting().get(way, now) <= now]
        while working and not is_ending() and monotonic() - started < SEND_UNTIL_SECONDS:
            for way in list(working):
                dealt_with, trouble = _send_batch(way, carriers, worker, clock)
                done += dealt_with
                if trouble is not None:
                    log.warning("%s waits: %s", way.value, trouble)
                    _resting()[way] = clock() + timedelta(seconds=trouble.retry_after_seconds or 0)
                if trouble is not None or not dealt_with:
                    working.remove(way)
    if done:
        with transaction():
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
    with closing(_carriers()) as carriers:
        carriers.email.send(replace(email, subject=f"Test: {email.subject}"))
    with transaction():
        note_tested(now=now, by=by)


def _send_batch(
    way: Way, carriers: Transports, worker: str, clock: Callable[[], datetime]
) -> tuple[int, ServerTrouble | None]:
    """Claim, write and send the next messages of one way; how many were dealt with, and what stopped it early.

    Between one message and the next there is one transaction: it notes what became of the last, and asks whether the
    next is still wanted, for an answer or a stop may have come meanwhile. It does not wait for the disk: should the
    power fail, the last messages may go out twice. Their tokens are on the disk before the first of them goes out.
    """
    ids = _claim(way, worker, clock())
    if not ids:
        return 0, None
    batch = _write(ids, way, worker, clock())
    outcome: Outcome | None = None
    trouble: ServerTrouble | None = None
    started, sent = monotonic(), 0
    for ready in batch.ready:
        if is_ending() or monotonic() - started > SEND_UNTIL_SECONDS:
            break
        at = clock()
        with unsynced(), transaction():
            note(outcome, batch)
            is_wanted = take(ready, batch, at)
            if not is_wanted:
                settle(ready.message_id, batch, at)
        try:
            outcome = _hand_over(ready, carriers, at) if is_wanted else None
        except ServerTrouble as problem:
            outcome, trouble = None, problem
            break
        sent += 1
    unsent = batch.ready[sent:]
    with transaction():
        note(outcome, batch)
        for ready in unsent:
            if (message := held(ready.message_id, worker)) is not None:
                give_back(message)
                if trouble is not None and trouble.is_midway and ready is unsent[0]:
                    message.due_at = clock() + AFTER_A_BREAK
    return len(ids) - len(unsent), trouble


def _hand_over(ready: Ready, carriers: Transports, at: datetime) -> Outcome:
    """Send one message. Whatever is wrong with it stays with it; ServerTrouble is passed on."""
    try:
        if isinstance(ready.letter, Email):
            return Outcome(ready, at, provider_id=carriers.email.send(ready.letter))
        if carriers.texts is None:
            raise ServerTrouble("nobody carries text messages for us")
        return Outcome(ready, at, provider_id=carriers.texts.send(ready.letter))
    except ServerTrouble:
        raise
    except SendError as refusal:
        return Outcome(ready, at, error=refusal)
    except Exception as problem:  # the others must still go out
        log.exception("message %s cannot be sent", ready.message_id)
        return Outcome(ready, at, error=fault(problem))


def _claim(way: Way, worker: str, at: datetime) -> list[int]:
    """The ids of the next messages of a way that are due, held by this worker from now on. None during a pause."""
    with transaction():
        rules = asking_rules()
        if rules.is_paused:
            return []
        claimed = claim(
            Message,
            Message.way == way,
            Message.state == MessageState.WAITING,
            Message.due_at <= at,
            worker=worker,
            now=at,
            lease=SEND_LEASE,
            most=_left_today(way, rules, at),
            order_by=Message.due_at,
        )
        return [message.id for message in claimed]


def _write(ids: list[int], way: Way, worker: str, at: datetime) -> Batch:
    """The letters of these messages, their tokens stored; whatever does not go out now is settled.

    They are written while nothing is locked, so that nobody who answers waits for that.
    """
    with reading(), transaction():
        rules, times = asking_rules(), sending_times()
        pen = Pen(rules, times, the_council(), _settings().base_url, at)
        for due in with_all_that_is_written(ids):
            pen.write(due)
        reminds = rules.reminder_after_days > 0 and (way is Way.EMAIL or rules.remind_by_sms)
        remind_after = timedelta(days=rules.reminder_after_days) if reminds else None
    batch = Batch(worker, way, times, remind_after, pen.ready)
    with transaction():
        if pen.tokens:
            db.session.execute(insert(InvitationToken), pen.tokens)
        for message_id, problem in pen.unwritable:
            if (message := held(message_id, worker)) is not None:
                note_failure(message, problem, at)
        for message_id in pen.not_now:
            settle(message_id, batch, at)
    return batch


def _carriers() -> Transports:
    with reading(), transaction():
        rules = asking_rules()
        email_template, text_template = rules.notify_email_template, rules.notify_text_template
    return transports(_settings(), email_template=email_template, text_template=text_template)


def _ways(carriers: Transports) -> list[Way]:
    """The ways that go by themselves; letters are printed."""
    return [Way.EMAIL] if carriers.texts is None else [Way.EMAIL, Way.SMS]


def _resting() -> dict[Way, datetime]:
    """Until when this process leaves a way alone, because its server said so."""
    found: dict[Way, datetime] = current_app.extensions.setdefault("resting_ways", {})
    return found


def _left_today(way: Way, rules: AskingRules, at: datetime) -> int:
    """How many more may be claimed now. What goes beyond the day's limit waits for the next London day.

    Those that another worker holds count as sent; only one worker counts at a time.
    """
    limit = rules.most_emails_a_day if way is Way.EMAIL else rules.most_texts_a_day
    if limit is None:
        return SEND_BATCH
    hold(f"daily limit {way.value}")
    sent = select(func.count()).where(Message.way == way, Message.sent_at >= day_starts_at(london_day(at)))
    held = select(func.count()).where(
        Message.way == way,
        Message.state == MessageState.WAITING,
        Message.claimed_by.is_not(None),
        Message.claimed_until >= at,
    )
    used = (db.session.scalar(sent) or 0) + (db.session.scalar(held) or 0)
    return max(0, min(SEND_BATCH, limit - used))


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
