"""Jobs, and running them. The rows of work are the truth; Huey only wakes whoever works on them."""

from __future__ import annotations

import logging
import math
import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from flask import Flask, current_app
from huey import Huey, RedisHuey, SqliteHuey, crontab
from redis import ConnectionPool
from sqlalchemy import event

from survey_app.extensions import db, transaction
from survey_app.kernel.clock import utc_now
from survey_app.kernel.log_lines import doing
from survey_app.settings import REDIS_PATIENCE, Settings
from survey_app.work.backlog import Backlog, GivenUp
from survey_app.work.models import JobRun
from survey_app.work.operations import claim_job, note_run, release

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
TURN_SECONDS = 30


@dataclass(frozen=True)
class Job:
    """One kind of work. `step` does a batch in transactions of its own and says how many rows it did; 0 ends the run.

    A job that is `alone` runs in one place at a time; the others share their rows by leases. `backlog` says what waits
    for it, in one statement, and `given_up` shows and retries what it gave up: both are for people, and no run needs
    them.
    """

    name: str
    help: str
    step: Callable[[datetime, str], int]
    every: timedelta = timedelta(minutes=1)
    alone: bool = True
    backlog: Callable[[datetime], Backlog] | None = None
    given_up: GivenUp | None = None


def worker_name() -> str:
    """Who holds a lease. The random part tells a restarted worker from the dead one."""
    return f"{socket.gethostname()[:16]}-{os.getpid()}-{secrets.token_hex(3)}"


def init_app(app: Flask, jobs: Sequence[Job]) -> None:
    """Give the app its jobs and its Huey, and wake jobs after commits."""
    app.extensions["jobs"] = {job.name: job for job in jobs}
    app.extensions["ending"] = threading.Event()
    app.extensions["huey"] = _make_huey(app)


def jobs() -> dict[str, Job]:
    """The jobs of this app by name, in the order in which they run."""
    found: dict[str, Job] = current_app.extensions["jobs"]
    return found


def work_until_told_to_end() -> None:
    """Be a worker. Told to end, it finishes the row in its hands and gives every lease back.

    It does one thing at a time, so that of what it sends at most one message is in flight when it is killed. Whoever
    wants more done at once runs more workers.
    """
    ending: threading.Event = current_app.extensions["ending"]
    consumer = current_app.extensions["huey"].create_consumer(
        workers=1, worker_type="thread", initial_delay=0.1, backoff=1.15, max_delay=1.0
    )
    consumer.start()
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):  # Huey would leave the work where it is
        signal.signal(number, lambda _number, _frame: ending.set())
    checked_at = monotonic()
    while not ending.is_set():
        checked_at = consumer.loop(checked_at)
    consumer.stop(graceful=True)


def is_ending() -> bool:
    """Whether this process was told to end: a step then finishes the row in its hands and gives the others back."""
    ending: threading.Event = current_app.extensions["ending"]
    return ending.is_set()


def run_job(job: Job, *, worker: str, turn_seconds: float = math.inf) -> int:
    """Run a job until nothing is left for it; how many rows it did. Nothing when it must run alone and another runs it.

    After `turn_seconds` it goes to the end of the queue, so that a long one lets the others have their turn. What a
    step raises is logged and kept on the job's row, and the sweep tries again.
    """
    started = monotonic()
    with transaction():
        run = claim_job(job.name, worker=worker, now=utc_now(), lease=LEASE if job.alone else timedelta(0))
        if run is None:
            return 0
        run.started_at = utc_now()
    done, error = 0, None
    with doing(job=job.name):
        try:
            while not is_ending() and (step := job.step(utc_now(), worker)):
                done += step
                if job.alone:
                    keep_lease(job.name, worker)
                if monotonic() - started > turn_seconds:
                    wake(job.name)
                    break
        except Exception as problem:
            log.exception("job %s failed", job.name)
            error = f"{type(problem).__name__}: {problem}"[:500]
        took = monotonic() - started
        if done:
            log.info("job ended", extra={"rows": done, "duration_ms": round(took * 1000, 1)})
    with transaction():
        found = db.session.get(JobRun, job.name)
        if found is not None and found.claimed_by == worker:
            release(found, error=error)
            found.finished_at, found.done = utc_now(), done
            found.attempts = 0 if error is None else found.attempts
        note_run(job.name, done, took, has_failed=error is not None, now=utc_now())
    return done


def run_due(names: Sequence[str] = ()) -> dict[str, int]:
    """Run the named jobs, or all, once, one after the other; rows done by name."""
    worker = worker_name()
    return {name: run_job(job, worker=worker) for name, job in jobs().items() if not names or name in names}


def wake(name: str) -> None:
    """After the current transaction commits, have a worker run this job now. A lost call costs at most a minute."""
    session = db.session()
    session.info.setdefault("wake", set()).add(name)


@event.listens_for(db.session, "after_commit")
def _wake_after_commit(session: Any) -> None:
    for name in sorted(session.info.pop("wake", ())):
        task = current_app.extensions["run_job_task"]
        try:
            task(name)
        except Exception:
            log.warning("could not wake job %s; the sweep will find its rows", name, exc_info=True)


@event.listens_for(db.session, "after_rollback")
def _forget_after_rollback(session: Any) -> None:
    session.info.pop("wake", None)


def keep_lease(name: str, worker: str) -> None:
    """Begin the lease of a job that runs alone anew; a step that may take minutes calls it on the way."""
    with transaction():
        run = db.session.get(JobRun, name)
        if run is not None and run.claimed_by == worker:
            run.claimed_until = utc_now() + LEASE


def _make_huey(app: Flask) -> Huey:
    settings: Settings = app.extensions["settings"]
    huey: Huey
    if settings.redis_url:
        pool = ConnectionPool.from_url(settings.redis_url, **REDIS_PATIENCE)
        huey = RedisHuey("survey", connection_pool=pool, results=False)
    else:
        huey = SqliteHuey("survey", filename=str(settings.instance_path / "queue.db"), results=False, fsync=False)
    worker = worker_name()

    @huey.task(name="run_job")  # type: ignore[untyped-decorator]
    def run_one(name: str) -> None:
        with app.app_context():
            job = jobs().get(name)
            if job is not None:
                run_job(job, worker=worker, turn_seconds=TURN_SECONDS)

    @huey.periodic_task(crontab(minute="*"), name="sweep")  # type: ignore[untyped-decorator]
    def sweep() -> None:
        for name in app.extensions["jobs"]:
            run_one(name)

    app.extensions["run_job_task"] = run_one
    return huey
