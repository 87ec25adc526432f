"""The jobs of files: one makes them, row by row to be seen on its page; one deletes those whose day is over."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextvars import Context
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from flask import Flask, current_app

from survey_app.accounts.models import User
from survey_app.accounts.queries import viewer_scope
from survey_app.exports.models import Export
from survey_app.exports.operations import (
    MAKE_EXPORTS,
    fail,
    finish,
    forget_export,
    keep_part,
    note_progress,
    take_next_export,
)
from survey_app.exports.orders import Order
from survey_app.exports.queries import Source, export_to_forget, exports_to_forget, exports_to_make, file_of, source_of
from survey_app.exports.tables import Row
from survey_app.extensions import db, reading, transaction
from survey_app.kernel.clock import utc_now
from survey_app.kernel.collector import only_new_things
from survey_app.kernel.errors import AppError, Refused
from survey_app.organisation.scope import Scope
from survey_app.settings import Settings
from survey_app.work.jobs import Job

log = logging.getLogger(__name__)
PART_BYTES = 1_000_000
SECONDS_BETWEEN_NOTES = 1
FAILED = "Something went wrong on our side. Ask for it again; if it fails once more, whoever runs the system finds why."


class Lost(Exception):
    """The file is another worker's by now, or nobody's any more."""


def make_next_export(now: datetime, worker: str) -> int:
    """Make the file that waits longest. 0 when none does.

    Killed meanwhile, the lease runs out and another worker begins it anew. What fails says why in words; only a
    refusal of ours is told as it is.
    """
    with transaction():
        taken = take_next_export(worker, now)
        if taken is None:
            return 0
        export_id, order, asked_by = taken.id, taken.order, taken.asked_by
    try:
        rows, size, sha256 = Making(export_id, worker).make(order, asked_by, now=now)
    except Lost:
        return 1
    except Exception as problem:
        log.exception("export %s failed", export_id)
        with transaction():
            if (ours := _ours(export_id, worker)) is not None:
                fail(ours, problem.message if isinstance(problem, AppError) else FAILED, now=utc_now())
        return 1
    with transaction():
        if (ours := _ours(export_id, worker)) is not None:
            finish(ours, rows=rows, size=size, sha256=sha256, now=utc_now())
    return 1


class Making:
    """Reads all rows from one snapshot, and meanwhile writes parts and progress in transactions of their own."""

    def __init__(self, export_id: int, worker: str) -> None:
        self._id, self._worker = export_id, worker
        self._app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        self._noted = 0.0
        self._rows = 0

    def make(self, order: Order, asked_by: int, *, now: datetime) -> tuple[int, int, str]:
        """How many rows it has, its size, and its digest."""
        settings: Settings = current_app.extensions["settings"]
        digest, size = hashlib.sha256(), 0
        try:
            with only_new_things(), reading():
                source = source_of(order, _scope_of(asked_by, order), site=settings.base_url, now=now)
                table = source.table
                watched = replace(table, batches=self._watched(table.batches, source))
                parts = in_parts(file_of(order, source, watched), PART_BYTES)
                for number, part in enumerate(parts):
                    digest.update(part)
                    size += len(part)
                    self._aside(partial(keep_part, self._id, self._worker, number, part, now=utc_now()))
        finally:
            db.session.rollback()
        return self._rows, size, digest.hexdigest()

    def _watched(self, batches: Iterable[Sequence[Row]], source: Source) -> Iterator[Sequence[Row]]:
        self._note(source)
        for rows in batches:
            self._rows += len(rows)
            if monotonic() - self._noted > SECONDS_BETWEEN_NOTES:
                self._note(source)
            yield rows

    def _note(self, source: Source) -> None:
        self._noted = monotonic()
        self._aside(partial(note_progress, self._id, self._worker, source.done, source.total, now=utc_now()))

    def _aside(self, act: Callable[[], bool]) -> None:
        """Do this in a transaction of its own, beside the snapshot that is being read. Lost where it is not ours."""

        def run() -> bool:
            with self._app.app_context(), transaction():
                return act()

        if not Context().run(run):  # this context only reads
            raise Lost


def in_parts(content: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in parts of one size; the last is what is left."""
    waiting = bytearray()
    for piece in content:
        waiting += piece
        while len(waiting) >= size:
            yield bytes(waiting[:size])
            del waiting[:size]
    if waiting:
        yield bytes(waiting)


def _scope_of(user_id: int, order: Order) -> Scope:
    """What whoever asked may see now. Refused where they may not take such rows away any more."""
    user = db.session.get(User, user_id)
    if user is None or not user.active or not user.may(order.content.permission):
        raise Refused("You may not take these rows away any more.")
    return viewer_scope(user)


def _ours(export_id: int, worker: str) -> Export | None:
    """The file, where this worker still has it."""
    export = db.session.get(Export, export_id, populate_existing=True)
    return export if export is not None and export.claimed_by == worker else None


def forget_next_export(now: datetime, _worker: str) -> int:
    """Delete one file whose day is over; 0 when there is none."""
    with transaction():
        export = export_to_forget(now)
        if export is None:
            return 0
        forget_export(export)
    return 1


MAKE = Job(
    MAKE_EXPORTS,
    "Makes files of answers and figures that somebody asked for.",
    make_next_export,
    alone=False,
    backlog=exports_to_make,
)
FORGET = Job(
    "forget_exports",
    "Deletes files of answers and figures a day after they were made.",
    forget_next_export,
    every=timedelta(hours=1),
    backlog=exports_to_forget,
)
