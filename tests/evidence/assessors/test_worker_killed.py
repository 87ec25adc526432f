"""A worker that is killed while it writes down what an assessor opened: at most the one line in its hands is lost."""

from __future__ import annotations

import os
import signal
import time

from flask import Flask
from sqlalchemy import func, select, text

from survey_app.evidence.assessors.jobs import note_later
from survey_app.evidence.models import AccessLine, AssessorAccess
from survey_app.extensions import db, transaction
from tests.factories import NOON, make_user
from tests.queue import work_off

PAGES = 3
PATIENCE_SECONDS = 30


def test_killed_while_it_writes_it_loses_one_line_at_most(app: Flask, year: None, kind: str) -> None:
    with transaction():
        make_user("assessor")
        access = db.session.scalars(select(AssessorAccess.id)).one()
    huey = app.extensions["huey"]
    huey.flush()
    for n in range(PAGES):
        note_later(access, NOON, f"/evidence/{n}")
    with transaction():  # whoever wants to write a line waits for us
        db.session.execute(text("LOCK TABLE access_line IN EXCLUSIVE MODE" if kind == "postgresql" else "SELECT 1"))
        worker = os.fork()
        if not worker:
            db.engine.dispose(close=False)  # the connections are the other's
            work_off_in_the_worker(app)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while huey.pending_count() == PAGES and time.monotonic() < deadline:
            time.sleep(0.01)
        os.kill(worker, signal.SIGKILL)
        _, status = os.waitpid(worker, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL, "it was at work"
    assert huey.pending_count() == PAGES - 1
    assert work_off(app) == PAGES - 1
    assert (db.session.scalar(select(func.count()).select_from(AccessLine)) or 0) >= PAGES - 1


def work_off_in_the_worker(app: Flask) -> None:
    """One task after the other, as a worker does; it never comes back."""
    huey = app.extensions["huey"]
    try:
        while (task := huey.dequeue()) is not None:
            huey.execute(task)
    finally:
        os._exit(1)
