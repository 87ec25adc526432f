"""Rows of work are claimed once, come back when their holder dies, and wake a worker when they are committed."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import text
from time_machine import TimeMachineFixture

from survey_app.extensions import db, transaction
from survey_app.work import jobs as work
from survey_app.work.jobs import Job, run_job
from survey_app.work.models import JobRun
from survey_app.work.operations import claim, claim_job, held, release
from tests.factories import NOON
from tests.threads import all_at_once, meanwhile

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


@pytest.mark.parametrize("kind", ["postgresql"], indirect=True, scope="session")  # SQLite has one writer at a time
def test_a_worker_takes_other_rows_without_waiting_for_one_that_is_taking_some(app: Flask) -> None:
    rows("a", "b", "c", "d", "e")
    both = Barrier(2, timeout=30)
    taken: dict[str, set[str]] = {}

    def slow() -> None:
        with transaction():
            taken["slow"] = {row.name for row in claim(JobRun, worker="slow", now=NOON, lease=LEASE, most=2)}
            both.wait()  # the other claims now
            both.wait()  # and has committed before us

    with meanwhile(app, slow):
        both.wait()
        with transaction():
            db.session.execute(text("SET LOCAL lock_timeout = '1ms'"))
            taken["quick"] = {row.name for row in claim(JobRun, worker="quick", now=NOON, lease=LEASE, most=10)}
        both.wait()
    assert taken == {"slow": {"a", "b"}, "quick": {"c", "d", "e"}}


def test_many_workers_at_once_take_each_row_once_and_never_more_than_they_asked_for(app: Flask) -> None:
    rows(*(f"row {n:03}" for n in range(120)))
    claims: list[set[str]] = []

    def work(worker: str) -> None:
        while found := taken_by(worker, NOON, most=3):
            claims.append(found)

    all_at_once(app, *(partial(work, f"worker {n}") for n in range(6)))
    assert max(map(len, claims)) == 3
    names = [name for found in claims for name in found]
    assert sorted(names) == [f"row {n:03}" for n in range(120)]


def test_a_job_that_nobody_ran_before_is_begun_by_two_workers_at_once(app: Flask) -> None:
    calls: list[str] = []
    job = Job("new", "", lambda now, worker: calls.append(worker) or 0)
    all_at_once(app, *(partial(run_job, job, worker=f"worker {n}") for n in range(6)))
    assert calls
    assert db.session.get_one(JobRun, "new").last_error is None


def test_a_row_comes_back_when_its_lease_has_run_out(app: Flask) -> None:
    rows("a")
    assert taken_by("one", NOON) == {"a"}
    assert taken_by("two", NOON + LEASE) == set()
    assert taken_by("two", NOON + LEASE + timedelta(seconds=1)) == {"a"}
    assert db.session.get(JobRun, "a").attempts == 2  # type: ignore[union-attr]


def test_a_row_that_rests_is_taken_by_nobody_before_its_rest_is_over(app: Flask) -> None:
    rows("a")
    with transaction():
        (row,) = claim(JobRun, worker="one", now=NOON, lease=LEASE, most=1)
        release(row, rests_until=NOON + timedelta(minutes=2))
    assert taken_by("two", NOON + timedelta(seconds=119)) == set()
    assert taken_by("two", NOON + timedelta(minutes=2)) == {"a"}


def test_a_row_is_held_by_whoever_claimed_it_last_and_by_nobody_else(app: Flask) -> None:
    rows("a", "b")
    with transaction():
        claim(JobRun, JobRun.name == "a", worker="one", now=NOON, lease=LEASE, most=1)
    assert held(JobRun, "a", "one") is not None
    assert held(JobRun, "a", "one", JobRun.done > 0) is None
    assert (held(JobRun, "a", "two"), held(JobRun, "b", "one")) == (None, None)


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


def test_a_long_job_goes_to_the_end_of_the_queue_after_its_turn(app: Flask) -> None:
    woken: list[str] = []
    app.extensions["run_job_task"] = woken.append
    assert run_job(Job("long", "", lambda now, worker: 1), worker="me", turn_seconds=0) == 1
    assert woken == ["long"]
    run = db.session.get_one(JobRun, "long")
    assert (run.claimed_by, run.done) == (None, 1)


def test_a_worker_told_to_end_begins_no_further_step_and_gives_the_job_back(app: Flask) -> None:
    def step(now: datetime, worker: str) -> int:
        app.extensions["ending"].set()
        return 1

    assert run_job(Job("ends", "", step), worker="me") == 1
    assert run_job(Job("ends", "", step), worker="me") == 0
    run = db.session.get_one(JobRun, "ends", populate_existing=True)
    assert (run.claimed_by, run.claimed_until) == (None, None)


def test_a_job_that_runs_longer_than_its_lease_keeps_it(app: Flask, time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOON)
    others: list[int] = []
    job = Job("slow", "", lambda now, worker: 0)

    def step(now: datetime, worker: str) -> int:
        time_machine.shift(work.LEASE - timedelta(seconds=10))
        others.append(run_job(job, worker="other"))
        with transaction():
            assert db.session.get_one(JobRun, "slow", populate_existing=True).claimed_by == "me"
        return int(len(others) < 4)

    assert run_job(Job("slow", "", step), worker="me") == 3
    assert others == [0, 0, 0, 0]
