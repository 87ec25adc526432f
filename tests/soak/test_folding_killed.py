"""A worker that dies while it folds answers into the tallies leaves every figure as it was."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from survey_app.extensions import db, reading, transaction
from survey_app.measures.jobs import FOLD
from survey_app.measures.queries import figures
from survey_app.responses.models import ResponseChange
from survey_app.settings import PROJECT_ROOT
from survey_app.work.models import JobRun
from tests.databases import Database
from tests.factories import NOON, make_answers, make_council, make_service, make_survey
from tests.journey.council import BIN

pytestmark = pytest.mark.soak

PATIENCE_SECONDS = 120
ANSWERS, SATISFIED = 2_000, 1_700  # three lines of the change feed each: two batches of the fold
KILLS = 6
DAY = date(2026, 3, 10)


def test_a_worker_killed_while_it_folds_changes_no_figure(app: Flask, database: Database) -> None:
    dice = random.Random(9)
    with transaction():
        make_council()
        survey, service = make_survey(), make_service()
        make_answers(survey, service, DAY, {"satisfaction": "5"}, n=SATISFIED)
        make_answers(survey, service, DAY, {"satisfaction": "2"}, n=ANSWERS - SATISFIED)
    killed_at_work = 0
    for n in range(KILLS):
        if not lines_to_fold():
            break
        worker = flask(database, "jobs", "run", "--once", FOLD.name)
        try:
            wait_until_it_folds(worker)
            time.sleep((n + dice.random()) / 50)  # a little later each time
            worker.send_signal(signal.SIGSTOP)
            assert satisfaction() == (SATISFIED, ANSWERS)
        finally:
            worker.kill()
            worker.wait()
        killed_at_work += is_folding()
        assert satisfaction() == (SATISFIED, ANSWERS)
        with transaction():
            db.session.get_one(JobRun, FOLD.name).claimed_until = None  # as if five minutes had gone by
    assert killed_at_work > 0
    assert flask(database, "measures", "verify").wait() == 0
    assert lines_to_fold() == 0
    assert satisfaction() == (SATISFIED, ANSWERS)


def flask(database: Database, *arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [str(BIN / "flask"), *arguments],
        cwd=PROJECT_ROOT,
        env=os.environ | database.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def wait_until_it_folds(worker: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_folding():
        assert time.monotonic() < deadline and worker.poll() is None, "nothing was folded"
        time.sleep(0.01)


def is_folding() -> bool:
    with reading():
        run = db.session.get(JobRun, FOLD.name, populate_existing=True)
        folding = run is not None and run.claimed_until is not None
        db.session.rollback()
    return folding


def satisfaction() -> tuple[int | None, int]:
    """Numerator and base, as a page would say them now."""
    with reading():
        (figure,) = figures("satisfaction", DAY, DAY, now=NOON)
        db.session.rollback()
    return figure.numerator, figure.base


def lines_to_fold() -> int:
    with reading():
        number = db.session.scalar(select(func.count()).where(ResponseChange.delta != 0))
        db.session.rollback()
    return number or 0
