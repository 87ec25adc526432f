"""Rows of work are claimed once, come back when their holder dies, and wake a worker when they are committed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask

from survey_app.extensions import db, transaction
from survey_app.work import jobs as work
from survey_app.work.jobs import Job, run_job
from survey_app.work.models import JobRun
from survey_app.work.operations import claim, claim_job, release
from tests.factories import NOON

LEASE = timedelta(minutes=5)


def rows(*names: str) -> None:
    with transaction():
        db.session.add_all(JobRun(name=name) for name in names)


def taken_by(worker: str, now: datetime, most: int = 10) -> set[str]:
    with transaction():
        return {row.name for row in claim(JobRun, worker=worker, now=now, lease=LEASE, most=most)}


def test_two_workers_never_hold_the_same_row(app: Flask) -> None:
    rows("a", "b", "c")
    first, second = taken_by("one", NOON, most=2), taken_by("two", NOON, most=2)
    assert (len(first), len(second)) == (2, 1)
    assert first | second == {"a", "b", "c"}
    assert taken_by("three", NOON) == set()


def test_a_row_comes_back_when_its_lease_has_run_out(app: Flask) -> None:
    rows("a")
    assert taken_by("one", NOON) == {"a"}
    assert taken_by("two", NOON + LEASE) == set()
    assert taken_by("two", NOON + LEASE + timedelta(seconds=1)) == {"a"}
    assert db.session.get(JobRun, "a").attempts == 2  # type: ignore[union-attr]


def test_a_released_row_is_free_at_once_and_keeps_its_error(app: Flask) -> None:
    rows("a")
    with transaction():
        (row,) = claim(JobRun, worker="one", now=NOON, lease=LEASE, most=1)
        release(row, error="the server was away")
    assert taken_by("two", NOON) == {"a"}
    assert db.session.get(JobRun, "a").last_error == "the server was away"  # type: ignore[union-attr]


def test_a_job_that_must_run_alone_does_nothing_while_another_runs_it(app: Flask) -> None:
    calls: list[str] = []
    job = Job("alone", "", lambda now, worker: calls.append(worker) or 0)
    with transaction():
        assert claim_job("alone", worker="other", now=work.utc_now(), lease=LEASE) is not None
    assert run_job(job, worker="me") == 0
    assert calls == []


def test_workers_that_run_a_job_for_its_very_first_time_at_once_do_not_break_each_other(app: Flask) -> None:
    workers, rounds = 4, 5
    together = Barrier(workers, timeout=30)  # one that broke does not keep the others

    def claims(worker: int) -> list[bool]:
        taken = []
        for n in range(rounds):
            together.wait()
            with app.app_context(), transaction():
                taken.append(claim_job(f"new-{n}", worker=f"{worker}", now=NOON, lease=LEASE) is not None)
        return taken

    with ThreadPoolExecutor(workers) as pool:
        by_worker = list(pool.map(claims, range(workers)))
    assert [sum(taken) for taken in zip(*by_worker, strict=True)] == [1] * rounds


def test_a_job_runs_until_nothing_is_left(app: Flask) -> None:
    left = [3, 2, 0, 7]
    assert run_job(Job("steps", "", lambda now, worker: left.pop(0)), worker="me") == 5
    assert left == [7]
    run = db.session.get(JobRun, "steps")
    assert run is not None
    assert (run.done, run.claimed_by, run.last_error) == (5, None, None)


def test_what_a_step_raises_is_kept_and_the_job_can_run_again(app: Flask) -> None:
    def fail(now: datetime, worker: str) -> int:
        raise ValueError("poisoned")

    assert run_job(Job("fails", "", fail), worker="me") == 0
    assert db.session.get(JobRun, "fails").last_error == "ValueError: poisoned"  # type: ignore[union-attr]
    assert run_job(Job("fails", "", lambda now, worker: 0), worker="me") == 0
    assert db.session.get(JobRun, "fails").last_error is None  # type: ignore[union-attr]


def test_a_wake_is_sent_by_the_commit_and_forgotten_by_a_rollback(app: Flask) -> None:
    woken: list[str] = []
    app.extensions["run_job_task"] = woken.append
    work.wake("kept")
    assert woken == []
    with transaction():
        db.session.add(JobRun(name="x"))
    assert woken == ["kept"]
    with pytest.raises(RuntimeError), transaction():
        db.session.add(JobRun(name="y"))
        db.session.flush()
        work.wake("lost")
        raise RuntimeError
    with transaction():
        db.session.add(JobRun(name="z"))
    assert woken == ["kept"]
