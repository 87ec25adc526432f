"""`flask jobs`: the worker."""

from __future__ import annotations

import json

import click
from flask.cli import AppGroup

from survey_app.work.jobs import jobs, run_due, work_until_told_to_end

jobs_cli = AppGroup("jobs", help="The worker and its jobs.")


@jobs_cli.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def list_jobs(as_json: bool) -> None:
    """Show every job."""
    rows = [{"name": job.name, "help": job.help} for job in jobs().values()]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['name']:24} {row['help']}")


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
