"""Sending what is due: by batches over one connection, with one short transaction between a message and the next."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter
from time import monotonic

from flask import current_app
from sqlalchemy import Connection, func, select

from survey_app.contacts.models import AskingRules, Way
from survey_app.contacts.queries import asking_rules
from survey_app.extensions import db, insert_many, reading, transaction, unsynced
from survey_app.invitations.models import InvitationToken, Message, MessageState
from survey_app.invitations.operations.noting import (
    SEND_LEASE,
    Batch,
    Outcome,
    conclude,
    give_back,
    held,
    lock_in_turn,
    note_failure,
    note_handed_over,
    settle,
    take,
)
from survey_app.invitations.operations.writing import Pen, Ready, with_all_that_is_written
from survey_app.invitations.queries import own_texts, sending_times
from survey_app.kernel.clock import day_starts_at, london_day
from survey_app.messaging.email import Email
from survey_app.messaging.errors import SendError, ServerTrouble, fault
from survey_app.messaging.texts import TextMessage
from survey_app.messaging.ways import Transports, transports
from survey_app.organisation.queries import the_council
from survey_app.settings import Settings
from survey_app.work.jobs import is_ending, wake
from survey_app.work.operations import claim, hold

log = logging.getLogger(__name__)

SEND_BATCH = 100
SEND_UNTIL_SECONDS = 30  # after so long a step ends and the rest of its batch is given back, well before its lease ends
REFUSALS_IN_A_ROW = 5
AFTER_A_BREAK = timedelta(minutes=1)  # the others go first: it may be this message that breaks the connection


@dataclass
class Standing:
    """What one process remembers of a server."""

    rests_until: datetime | None = None  # the server said so
    refused_in_a_row: int = 0  # since it last took something


def send_messages(now: datetime, worker: str) -> int:
    """Send the next messages that are due; how many were dealt with. 0 also when their servers are in trouble.

    A message is claimed and its tokens are stored before it goes out, and that it went is stored at once after. If
    this process dies in between, the lease runs out and that one message goes out again: better twice than never,
    and both its links open the same answer. Trouble with a server uses up no attempt: the messages wait.
    """
    started, done = monotonic(), 0

    def clock() -> datetime:
        return now + timedelta(seconds=int(monotonic() - started))

    with closing(open_carriers()) as carriers:
        working = [way for way in _ways(carriers) if (_standing(way).rests_until or now) <= now]
        while working and not is_ending() and monotonic() - started < SEND_UNTIL_SECONDS:
            for way in list(working):
                dealt_with, trouble = _send_batch(way, carriers, worker, clock)
                done += dealt_with
                if trouble is not None:
                    log.warning("%s waits: %s", way.value, trouble)
                    rest = trouble.retry_after_seconds  # None: it is tried again at the next turn
                    _standing(way).rests_until = clock() + timedelta(seconds=rest) if rest else None
                if trouble is not None or not dealt_with:
                    working.remove(way)
    if done:
        with transaction():
            wake("fold_tallies")
    return done


def _send_batch(
    way: Way, carriers: Transports, worker: str, clock: Callable[[], datetime]
) -> tuple[int, ServerTrouble | None]:
    """Claim, write and send the next messages of one way; how many were dealt with, and what stopped it early.

    Between one message and the next there is one transaction: it notes what became of the last, and asks whether the
    next is still wanted, for an answer or a stop may have come meanwhile. It does not wait for the disk: should the
    power fail, the last messages may go out twice. Their tokens are on the disk before the first of them goes out.
    """
    ids = claim_due(way, worker, clock())
    if not ids:
        return 0, None
    batch = _write(ids, way, worker, clock())
    sending = _Round(batch, carriers, clock)
    sending.run()
    unsent = batch.ready[sending.dealt_with :]
    with unsynced(), transaction():
        conclude(worker, clock())
    with unsynced(), transaction():
        sending.note_refusals()
    with unsynced(), transaction():
        lock_in_turn([ready.message_id for ready in unsent])
        for ready in unsent:
            if (message := held(ready.message_id, worker)) is not None:
                give_back(message)
                if sending.trouble is not None and sending.trouble.is_midway and ready is unsent[0]:
                    message.due_at = clock() + AFTER_A_BREAK
    return len(ids) - len(unsent), sending.trouble


class _Round:
    """The messages of one batch going out, one after the other, until something stops it.

    Refusals are noted once the server has taken somebody else's message, or with the batch: a server that refuses
    everybody, one after the other, is in trouble itself, and no address is given up for that.
    """

    def __init__(self, batch: Batch, carriers: Transports, clock: Callable[[], datetime]) -> None:
        self.dealt_with = 0
        self.trouble: ServerTrouble | None = None
        self._batch, self._carriers, self._clock = batch, carriers, clock
        self._standing = _standing(batch.way)
        self._last: Outcome | None = None  # went out, and that is not noted yet
        self._refused: list[tuple[Ready, SendError]] = []

    def run(self) -> None:
        """Send them."""
        started = monotonic()
        with unsynced(), db.engine.connect() as line:
            for ready in self._batch.ready:
                if is_ending() or self.trouble is not None or monotonic() - started > SEND_UNTIL_SECONDS:
                    break
                self._send(line, ready)
            if self._last is not None:
                with line.begin():
                    note_handed_over(line, self._last, self._batch)

    def note_refusals(self) -> None:
        """Store what the server said of those that it did not take."""
        refuses_everybody = self._standing.refused_in_a_row >= REFUSALS_IN_A_ROW
        lock_in_turn([ready.message_id for ready, _error in self._refused])
        for ready, error in self._refused:
            if (message := held(ready.message_id, self._batch.worker)) is not None:
                said = SendError(str(error), is_permanent=False) if refuses_everybody else error
                note_failure(message, said, self._clock())
        self._refused = []

    def _send(self, line: Connection, ready: Ready) -> None:
        """Note that the last message went out, and send this one where it is still wanted."""
        at = self._clock()
        with line.begin():
            if self._last is not None:
                note_handed_over(line, self._last, self._batch)
            is_wanted = take(line, ready, self._batch, at)
        self._last = None
        try:
            if is_wanted:
                self._last = Outcome(ready, at, _hand_over(ready.letter, self._carriers))
            else:
                with transaction():
                    settle(ready.message_id, self._batch, at)
        except SendError as refusal:
            self._refused.append((ready, refusal))
            if not refusal.is_no_address:  # a server that knows its addresses is well
                self._standing.refused_in_a_row += 1
            if self._standing.refused_in_a_row >= REFUSALS_IN_A_ROW:
                self.trouble = ServerTrouble(f"{self._standing.refused_in_a_row} refusals in a row, now {refusal}")
        except ServerTrouble as trouble:
            self.trouble = trouble
            return
        self.dealt_with += 1
        if self._last is not None:
            self._standing.refused_in_a_row = 0
            if self._refused:
                with transaction():
                    self.note_refusals()


def _hand_over(letter: Email | TextMessage, carriers: Transports) -> str | None:
    """Send it; what its provider calls it. SendError also when something is wrong with it."""
    try:
        if isinstance(letter, Email):
            return carriers.email.send(letter)
        if carriers.texts is None:
            raise ServerTrouble("nobody carries text messages for us")
        return carriers.texts.send(letter)
    except (ServerTrouble, SendError):
        raise
    except Exception as problem:  # the others must still go out
        log.exception("a message cannot be sent")
        raise fault(problem) from problem


def claim_due(way: Way, worker: str, at: datetime) -> list[int]:
    """The ids of the next messages of a way that are due, held by this worker from now on. None during a pause."""
    with unsynced(), transaction():
        conclude(worker, at)
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
            is_attempt=False,
        )
        return [message.id for message in claimed]


def _write(ids: list[int], way: Way, worker: str, at: datetime) -> Batch:
    """The letters of these messages, their tokens stored; whatever does not go out now is settled.

    They are written while nothing is locked, so that nobody who answers waits for that.
    """
    with reading(), transaction():
        rules, times = asking_rules(), sending_times()
        pen = Pen(rules, times, the_council(), _settings().base_url, at, own_texts())
        for due, sealed_address in with_all_that_is_written(ids):
            pen.write(due, sealed_address)
    batch = Batch(worker, way, times, pen.ready)
    if pen.tokens:
        with transaction():  # each locks its invitation a little: by their ids, as all do who lock several
            insert_many(InvitationToken, sorted(pen.tokens, key=itemgetter("invitation_id")))
    with transaction():
        lock_in_turn([*(message_id for message_id, _problem in pen.unwritable), *pen.not_now])
        for message_id, problem in pen.unwritable:
            if (message := held(message_id, worker)) is not None:
                note_failure(message, problem, at)
        for message_id in pen.not_now:
            settle(message_id, batch, at)
    return batch


def open_carriers() -> Transports:
    """The transport of each way, as the settings and the rules say now. Close them."""
    with reading(), transaction():
        rules = asking_rules()
        email_template, text_template = rules.notify_email_template, rules.notify_text_template
    return transports(_settings(), email_template=email_template, text_template=text_template)


def _ways(carriers: Transports) -> list[Way]:
    """The ways that go by themselves; letters are printed."""
    return [Way.EMAIL] if carriers.texts is None else [Way.EMAIL, Way.SMS]


def _standing(way: Way) -> Standing:
    """How the server of a way has behaved towards this process."""
    found: dict[Way, Standing] = current_app.extensions.setdefault("sending_standing", {})
    return found.setdefault(way, Standing())


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
