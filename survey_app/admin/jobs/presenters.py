"""What the page of the jobs shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.admin.jobs.ages import age
from survey_app.work.backlog import GivenUpRow, Retried
from survey_app.work.queries import JobStatus, silent_since

MOST_SHOWN = 50  # rows that a job gave up
START_WITH = "flask jobs run"


@dataclass(frozen=True)
class JobRow:
    """A job in the table. `state` is ok, running or failed; `last` says how its last run went."""

    name: str
    help: str
    waiting: str
    oldest: str
    state: str
    last: str
    error: str | None


@dataclass(frozen=True)
class GivenUpList:
    """What one job gave up, the newest first; `more` are those that are not shown."""

    name: str
    help: str
    rows: Sequence[GivenUpRow]
    more: int

    @property
    def total(self) -> int:
        return len(self.rows) + self.more


def job_rows(statuses: Sequence[JobStatus], now: datetime) -> list[JobRow]:
    return [_row(status, now) for status in statuses]


def given_up_lists(statuses: Sequence[JobStatus], now: datetime) -> list[GivenUpList]:
    """What there is to try again, by job. Only jobs that gave something up are asked for it."""
    found = []
    for status in statuses:
        failed = status.backlog.failed if status.backlog else 0
        if failed and status.job.given_up:
            rows = status.job.given_up.show(MOST_SHOWN, now)
            found.append(GivenUpList(status.job.name, status.job.help, rows, max(0, failed - len(rows))))
    return found


def answer(statuses: Sequence[JobStatus], now: datetime) -> tuple[str, str]:
    """The page's first sentence, and what to do about it."""
    since = silent_since([status.run for status in statuses if status.run], now)
    if since is not None:
        return f"No worker has run for {age(now - since)}.", f"Start one with: {START_WITH}"
    if not any(status.run for status in statuses):
        return "No worker has run yet.", f"Start one with: {START_WITH}"
    if failing := sum(_is_failing(status) for status in statuses):
        return f"{failing} {'job fails' if failing == 1 else 'jobs fail'}.", "The sweep tries again every minute."
    backlogs = [status.backlog for status in statuses if status.backlog]
    if given_up := sum(backlog.failed for backlog in backlogs):
        return f"{_rows(given_up)} could not be done.", "See below why, and try again when the cause is mended."
    if waiting := sum(backlog.waiting for backlog in backlogs):
        oldest_at = min((backlog.oldest_at for backlog in backlogs if backlog.oldest_at), default=now)
        claim = f"{_rows(waiting)} {'waits' if waiting == 1 else 'wait'}."
        return claim, f"The oldest has waited for {age(now - oldest_at)}."
    return "Everything is done.", "What comes in is worked on at once."


def told(result: Retried) -> str:
    """What came of trying again, in words."""
    first = f"{_rows(result.waiting)} {'waits' if result.waiting == 1 else 'wait'} to be done again."
    others = [f"{count:,} cannot be: {why}." for why, count in sorted(result.refused.items())]
    return " ".join([first, *others])


def _row(status: JobStatus, now: datetime) -> JobRow:
    backlog, run = status.backlog, status.run
    oldest_at = backlog.oldest_at if backlog else None
    return JobRow(
        status.job.name,
        status.job.help,
        f"{backlog.waiting:,}" if backlog else "not counted",
        age(now - oldest_at) if oldest_at else "",
        "running" if status.is_running else "failed" if _is_failing(status) else "ok",
        _last(status, now),
        run.last_error if run else None,
    )


def _last(status: JobStatus, now: datetime) -> str:
    run = status.run
    if run is None or run.started_at is None:
        return "never ran"
    if status.is_running:
        return f"by {run.claimed_by}, for {age(now - run.started_at)}"
    if run.claimed_by is not None:
        return f"begun {age(now - run.started_at)} ago by {run.claimed_by}, which did not end it"
    ended = f"{age(now - run.finished_at)} ago" if run.finished_at else ""
    tries = f", {run.attempts} times in a row" if run.last_error and run.attempts > 1 else ""
    return f"{ended}{tries}, {_rows(run.done)} done"


def _is_failing(status: JobStatus) -> bool:
    return status.run is not None and status.run.last_error is not None and not status.is_running


def _rows(count: int) -> str:
    return f"{count:,} {'row' if count == 1 else 'rows'}"
