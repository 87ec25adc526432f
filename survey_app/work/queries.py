"""Reading how the jobs stand. One statement for all runs, and at most one more a job."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from redis import RedisError
from sqlalchemy import Select, func, literal, select

from survey_app.extensions import UtcDateTime, db
from survey_app.work.backlog import Backlog
from survey_app.work.jobs import LEASE, Job, jobs
from survey_app.work.models import JobRun

SILENT_AFTER = timedelta(minutes=3)  # the sweep runs each job every minute


@dataclass(frozen=True)
class JobStatus:
    """A job as it stands. `run` is None when it never ran, `backlog` when nothing is known of its rows."""

    job: Job
    run: JobRun | None
    backlog: Backlog | None
    is_running: bool


def job_statuses(now: datetime) -> list[JobStatus]:
    """How each job stands, in the order in which they run."""
    runs = {run.name: run for run in job_runs()}
    return [
        JobStatus(
            job,
            runs.get(job.name),
            job.backlog(now) if job.backlog else None,
            _is_running(runs.get(job.name), now),
        )
        for job in jobs().values()
    ]


def job_runs() -> Sequence[JobRun]:
    """How the runs of each job went, of those that ever ran."""
    return db.session.scalars(select(JobRun)).all()


def last_sign(runs: Collection[JobRun], now: datetime) -> datetime | None:
    """When a worker last did anything: now while one works; None when none ever did."""
    if any(_is_running(run, now) for run in runs):
        return now
    return max((at for run in runs for at in (run.started_at, run.finished_at) if at), default=None)


def silent_since(runs: Collection[JobRun], now: datetime) -> datetime | None:
    """When a worker last did anything, if that is too long ago; None while one runs, and when none ever did."""
    last = last_sign(runs, now)
    return last if last is not None and last + SILENT_AFTER < now else None


def tasks_queued() -> int | None:
    """How many tasks wait in the queue that wakes workers; None while it does not answer."""
    try:
        return int(current_app.extensions["huey"].pending_count())
    except (RedisError, sqlite3.Error):
        return None


def backlog_of(waiting: Select[Any], failed: Select[Any] | None = None) -> Backlog:
    """Counted in one statement. `waiting` selects one column, the time since when each of its rows waits; of `failed`
    only the number of rows counts.
    """
    rows = waiting.subquery()
    lost = literal(0) if failed is None else select(func.count()).select_from(failed.subquery()).scalar_subquery()
    oldest = func.min(rows.c[0], type_=UtcDateTime)
    count, oldest_at, given_up = db.session.execute(select(func.count(), oldest, lost).select_from(rows)).one()
    return Backlog(count, oldest_at, given_up)


def _is_running(run: JobRun | None, now: datetime) -> bool:
    """Whether somebody holds it. One that runs in several places at once keeps no lease: its last beginning counts."""
    if run is None or run.claimed_by is None:
        return False
    held_until = max((at for at in (run.claimed_until, run.started_at and run.started_at + LEASE) if at), default=now)
    return held_until > now
