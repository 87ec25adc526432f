"""Callbacks of a provider: stored as they come, and taken in one by one by a job."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import exists, select

from survey_app.extensions import db, transaction, upsert
from survey_app.invitations.callbacks.reading import Call
from survey_app.invitations.models import CALLBACK_ATTEMPTS, Callback, CallbackKind
from survey_app.work.jobs import is_ending, wake
from survey_app.work.operations import claim, held, release

log = logging.getLogger(__name__)

Handler = Callable[[Callback, datetime], None]

BATCH = 100
LEASE = timedelta(minutes=2)
TAKERS = {
    CallbackKind.RECEIPT: "take_callbacks",
    CallbackKind.COMPLAINT: "take_callbacks",
    CallbackKind.SMS: "take_texts",
}  # the job of each kind


def store_callback(kind: CallbackKind, call: Call, *, now: datetime) -> None:
    """Keep what was told until its job has dealt with it. The same told again is stored once.

    The first that waits wakes its job, which takes in all that have come by then: thousands a minute do not wake it
    thousands of times. Should it just have looked, the next sweep finds the rest.
    """
    waits = exists().where(Callback.kind == kind, Callback.claimed_until.is_(None), Callback.attempts == 0)
    if not db.session.scalar(select(waits)):
        wake(TAKERS[kind])
    row = upsert(Callback).values(
        kind=kind, provider_id=call.provider_id, digest=call.digest, payload=call.payload, received_at=now, attempts=0
    )
    db.session.execute(row.on_conflict_do_nothing())


def take_in(handlers: Mapping[CallbackKind, Handler], now: datetime, worker: str) -> int:
    """A step of a job: give the next callbacks of these kinds to their handlers; how many were dealt with.

    A handler and the end of its row are one transaction. One that fails is tried again, each time twice as late, and
    after eight times stays with its error for somebody to look at; the others go on.
    """
    with transaction():
        claimed = claim(
            Callback,
            Callback.kind.in_(handlers),
            Callback.attempts < CALLBACK_ATTEMPTS,
            worker=worker,
            now=now,
            lease=LEASE,
            most=BATCH,
        )
        waiting = sorted(callback.id for callback in claimed)  # as they came
    done = 0
    for callback_id in waiting:
        if is_ending():
            _give_back(callback_id, worker)
            continue
        try:
            _take_one(callback_id, handlers, now, worker)
        except Exception as problem:  # whatever is wrong with it stays with it
            log.exception("callback %s cannot be taken in", callback_id)
            _note_failure(callback_id, problem, now, worker)
        done += 1
    return done


def _take_one(callback_id: int, handlers: Mapping[CallbackKind, Handler], now: datetime, worker: str) -> None:
    with transaction():
        callback = held(Callback, callback_id, worker)
        if callback is not None:
            handlers[callback.kind](callback, now)
            db.session.delete(callback)


def _note_failure(callback_id: int, problem: Exception, now: datetime, worker: str) -> None:
    with transaction():
        callback = held(Callback, callback_id, worker)
        if callback is not None:
            again_at = now + timedelta(minutes=2**callback.attempts)
            release(callback, error=type(problem).__name__, rests_until=again_at)


def _give_back(callback_id: int, worker: str) -> None:
    with transaction():
        callback = held(Callback, callback_id, worker)
        if callback is not None:
            release(callback, error=callback.last_error)
            callback.attempts -= 1  # not tried
