"""`flask jobs`: the worker."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import click
from flask.cli import AppGroup

from survey_app.kernel.clock import utc_now
from survey_app.work.jobs import jobs, run_due, work_until_told_to_end
from survey_app.work.queries import JobStatus, job_statuses

jobs_cli = AppGroup("jobs", help="The worker and its jobs.")


@jobs_cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_jobs(as_json: bool) -> None:
    """Show every job: what waits for it, since when, what it gave up, and how its last run went."""
    rows = [_as_row(status) for status in job_statuses(utc_now())]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        waiting = "" if row["waiting"] is None else f"{row['waiting']:,}"
        failed = f"{row['failed']:,} failed" if row["failed"] else ""
        click.echo(f"{row['name']:24} {waiting:>10} {failed:>12}  {row['help']}")


def _as_row(status: JobStatus) -> dict[str, Any]:
    run, backlog = status.run, status.backlog
    return {
        "name": status.job.name,
        "help": status.job.help,
        "waiting": backlog.waiting if backlog else None,
        "oldest_at": _iso(backlog.oldest_at if backlog else None),
        "failed": backlog.failed if backlog else None,
        "running_by": run.claimed_by if run and status.is_running else None,
        "started_at": _iso(run.started_at if run else None),
        "finished_at": _iso(run.finished_at if run else None),
        "done": run.done if run else None,
        "attempts": run.attempts if run else None,
        "last_error": run.last_error if run else None,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


@jobs_cli.command("run")
@click.argument("names", nargs=-1, metavar="[NAME ...]")
@click.option("--once", is_flag=True, help="Run what is due and end.")
def run(names: tuple[str, ...], once: bool) -> None:
    """Run the worker, or with --once all that is due now."""
    unknown = sorted(set(names) - set(jobs()))
    if unknown:
        raise click.UsageError(f"There is no job called {', '.join(unknown)}. `flask jobs list` shows them all.")
    if once:
        for name, done in run_due(names).items():
            click.echo(f"{name}: {done}", err=True)
        return
    if names:
        raise click.UsageError("Jobs are named only with --once; the worker runs them all.")
    click.echo("worker started; ctrl-c ends it after the message in flight", err=True)
    work_until_told_to_end()
