"""Claiming rows of work, giving them back, and saying what has to be counted again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, func, inspect, or_, select, update

from survey_app.extensions import db, insert_many, upsert
from survey_app.work.models import JobRun, Leased, Recount, Subject

Row = TypeVar("Row", bound=Leased)


def claim(
    model: type[Row],
    *conditions: ColumnElement[bool],
    worker: str,
    now: datetime,
    lease: timedelta,
    most: int,
    order_by: Any = None,
    is_attempt: bool = True,
) -> Sequence[Row]:
    """Take up to `most` rows that meet `conditions` and that nobody holds, in one statement.

    Two workers never take the same row: PostgreSQL skips rows that another is taking, SQLite lets one writer in
    at a time. The caller commits at once, works, and writes the outcome before `now + lease`. Without `is_attempt` the
    caller counts those that it came to: a worker that dies then uses up nothing of the others.
    """
    key = inspect(model).primary_key[0]
    free = (
        select(key)
        .where(*conditions, is_free(model, now))
        .order_by(key if order_by is None else order_by)
        .limit(most)
        .with_for_update(skip_locked=True)
        .cte("free")
        .prefix_with("MATERIALIZED")  # locked once: PostgreSQL may run a plain subquery again, and take more than most
    )
    tried = {"attempts": model.attempts + 1} if is_attempt else {}
    taken = db.session.scalars(
        update(model)
        .where(key.in_(select(free.c[0])))
        .values(claimed_by=worker, claimed_until=now + lease, **tried)
        .returning(model)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    return taken.all()


def is_free(model: type[Leased], now: datetime) -> ColumnElement[bool]:
    """The condition under which nobody holds a row, and it does not rest."""
    return or_(model.claimed_until.is_(None), model.claimed_until < now)


def held(model: type[Row], key: Any, worker: str, *conditions: ColumnElement[bool]) -> Row | None:
    """The row, locked and as it is now, where this worker still holds it and it meets `conditions`."""
    ours = select(model).where(inspect(model).primary_key[0] == key, model.claimed_by == worker, *conditions)
    return db.session.scalar(ours.with_for_update(of=model).execution_options(populate_existing=True))


def release(row: Leased, *, error: str | None = None, rests_until: datetime | None = None) -> None:
    """Give a row back. `error` is kept for whoever looks into it; before `rests_until` nobody takes it again."""
    row.claimed_by = None
    row.claimed_until = rests_until and rests_until - datetime.resolution  # a lease holds in its last moment, too
    row.last_error = error


def claim_job(name: str, *, worker: str, now: datetime, lease: timedelta) -> JobRun | None:
    """The job's row when nobody else runs it now, else None. A worker does one thing at a time, so that one which
    asks does not run it any more."""
    if db.session.get(JobRun, name) is None:
        db.session.execute(upsert(JobRun).values(name=name).on_conflict_do_nothing())
    left_over = (JobRun.name == name, JobRun.claimed_by == worker)  # from when the database could not be told
    db.session.execute(update(JobRun).where(*left_over).values(claimed_until=None))
    taken = claim(JobRun, JobRun.name == name, worker=worker, now=now, lease=lease, most=1)
    return taken[0] if taken else None


def note_run(name: str, rows: int, seconds: float, *, has_failed: bool, now: datetime) -> None:
    """Add a run to what all runs of the job came to; several workers may do so at once."""
    run = update(JobRun).where(JobRun.name == name)
    if not has_failed:
        run = run.values(succeeded_at=now)
    db.session.execute(
        run.values(
            runs=JobRun.runs + 1,
            failures=JobRun.failures + int(has_failed),
            rows_done=JobRun.rows_done + rows,
            busy_seconds=JobRun.busy_seconds + seconds,
        ).execution_options(synchronize_session=False)
    )


def hold(name: str) -> None:
    """Let nobody else hold this name until the transaction ends; waits for whoever does.

    For work that two must not do at once, lease or no lease. SQLite lets one writer in at a time anyway.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))


def recount(subject: Subject, parts: Iterable[tuple[date, int]]) -> None:
    """Have what a subject counts on these days for these services counted again; a part is (day, service id).

    Call it in the transaction that changes what is counted, before or after the change. Figures are right as soon as
    that commits: until a fold has counted a part again they count it from its rows.
    """
    lines = [{"subject": subject, "day": day, "service_id": service} for day, service in sorted(set(parts))]
    if lines:
        insert_many(Recount, lines)
