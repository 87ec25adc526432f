"""Letters that rows of work wait for: a batch is claimed, one is sent after the other, and what became of it is stored.

Invitations and reminders go by thousands and have a loop of their own (`invitations/operations/sending.py`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, inspect

from survey_app.extensions import transaction
from survey_app.messaging.email import Email, EmailTransport
from survey_app.messaging.errors import SendError, ServerTrouble, fault
from survey_app.work.jobs import is_ending
from survey_app.work.models import Leased
from survey_app.work.operations import claim, held, release

log = logging.getLogger(__name__)

BATCH = 10
LEASE = timedelta(minutes=6)  # longer than so many slow talks with a mail server
MOST_ATTEMPTS = 8
LONGEST_WAIT = timedelta(hours=2)
AFTER_A_BREAK = timedelta(minutes=1)  # the others go first: it may be this letter that breaks the connection

Row = TypeVar("Row", bound=Leased)


@dataclass(frozen=True)
class Outcome:
    """What became of the letters about one row. One that was taken is enough; without an error nobody refused any, and
    if none was taken either, there was nobody to write to."""

    taken_by: Sequence[str]  # addresses
    error: SendError | None


@dataclass(frozen=True)
class Letters(Generic[Row]):
    """One kind of letter, and the rows that wait for it.

    `write` may change its row: that is stored before anything goes out. `settle` sees to it that the row is no longer
    due, and is called once: when a letter was taken, when there was nobody to write to, or when it is given up. Where
    a row can come to wait for another letter while this one is on its way, `which` tells them apart: what became of
    the first is then nobody's concern.
    """

    name: str  # for the log
    model: type[Row]
    is_due: Callable[[datetime], Sequence[ColumnElement[bool]]]
    write: Callable[[Row, datetime], Sequence[Email]]
    settle: Callable[[Row, Outcome, datetime], None]
    which: Callable[[Row], object] = lambda _row: None
    order_by: Any = None
    longest_wait: timedelta = LONGEST_WAIT  # between two tries


def send_due(letters: Letters[Row], transport: EmailTransport, worker: str, now: datetime) -> int:
    """Send those that are due, and close the transport; how many rows were dealt with.

    While the mail server is in trouble all of them wait, which uses up no attempt, and it is 0. A letter that is
    refused for now, or that cannot be made, waits twice as long each time and keeps none of the others waiting.
    """
    with transaction():
        claimed = claim(
            letters.model,
            *letters.is_due(now),
            worker=worker,
            now=now,
            lease=LEASE,
            most=BATCH,
            order_by=letters.order_by,
            is_attempt=False,
        )
        waiting = sorted(inspect(row).identity[0] for row in claimed)
    done, breaks_off = 0, False
    with closing(transport):
        while waiting and not is_ending():
            try:
                _send(letters, waiting[0], transport, worker, now)
            except ServerTrouble as trouble:
                log.warning("%s wait: %s", letters.name, trouble)
                breaks_off = trouble.is_midway
                break
            waiting.pop(0)
            done += 1
    with transaction():
        for place, key in enumerate(waiting):
            if (row := held(letters.model, key, worker)) is not None:
                is_first = breaks_off and place == 0
                release(row, error=row.last_error, rests_until=now + AFTER_A_BREAK if is_first else None)
    return 0 if waiting else done


def _send(letters: Letters[Row], key: Any, transport: EmailTransport, worker: str, now: datetime) -> None:
    """Write, send and settle what one row waits for. ServerTrouble, which says nothing of it, is passed on."""
    which: object = None
    try:
        with transaction():
            row = held(letters.model, key, worker, *letters.is_due(now))
            if row is None:
                _call_off(letters, key, worker)
                return
            which, emails = letters.which(row), letters.write(row, now)
    except Exception as problem:  # the others must still go out
        log.exception("%s: one cannot be written", letters.name)
        outcome = Outcome((), fault(problem))
    else:
        outcome = _hand_over(emails, transport)
    with transaction():
        row = held(letters.model, key, worker)
        if row is None:
            return  # the lease ran out on the way, and another worker has it now
        if letters.which(row) != which:
            release(row)
            return
        _settle(letters, row, outcome, now)


def _call_off(letters: Letters[Row], key: Any, worker: str) -> None:
    """Since it was claimed it has ceased to be due, or another worker has it."""
    if (row := held(letters.model, key, worker)) is not None:
        release(row)


def _hand_over(emails: Sequence[Email], transport: EmailTransport) -> Outcome:
    """Whoever of several takes no letters keeps none from the others."""
    taken, error = [], None
    for email in emails:
        try:
            transport.send(email)
            taken.append(email.recipient)
        except SendError as refusal:
            error = refusal
        except ServerTrouble:
            raise
        except Exception as problem:
            log.exception("the letter %s cannot be sent", email.message_id)
            error = fault(problem)
    return Outcome(taken, error)


def _settle(letters: Letters[Row], row: Row, outcome: Outcome, now: datetime) -> None:
    row.attempts += 1
    error = None if outcome.taken_by else outcome.error
    if error is not None and not error.is_permanent and row.attempts < MOST_ATTEMPTS:
        wait = min(timedelta(minutes=2**row.attempts), letters.longest_wait)
        release(row, error=str(error), rests_until=now + wait)
        return
    release(row, error=str(error) if error is not None else None)
    row.attempts = 0
    letters.settle(row, outcome, now)
