"""The commands of this package: `flask invitations`, and under `flask contacts` the stops and the draw repeated."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app.contacts.cli import contacts_cli
from survey_app.extensions import transaction
from survey_app.invitations.letters.cli import invitations_cli
from survey_app.invitations.operations.stop_list import StopsImport, import_stops, write_stops
from survey_app.invitations.redraw import cli as _redraw_cli  # noqa: F401 - adds `flask contacts redraw`
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import AppError

__all__ = ["invitations_cli", "stops_cli"]

stops_cli = AppGroup("stops", help="Who must not be asked.")
contacts_cli.add_command(stops_cli)


@stops_cli.command("import")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_(path: Path, as_json: bool) -> None:
    """Never ask those whom a CSV names: email, phone, customer_ref, or the hashes of an export of this deployment.

    Rows with a problem are listed in FILE.rejected.csv with line and reason.
    """
    try:
        with click.progressbar(length=path.stat().st_size, label="Importing", file=sys.stderr) as bar:
            result = import_stops(path, now=utc_now(), on_progress=lambda done: bar.update(done - bar.pos))
    except AppError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        counts = dataclasses.asdict(result)
        del counts["problems"]
        click.echo(json.dumps(counts))
        return
    click.echo("\n".join(_summary(result)))


@stops_cli.command("export")
@click.argument("path", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
def export(path: Path) -> None:
    """Write the list to a new CSV that only you can read: keyed hashes and references, with source and day."""
    try:
        path.touch(mode=0o600, exist_ok=False)
        with path.open("w", encoding="utf-8", newline="") as file, transaction():
            count = write_stops(file, now=utc_now())
    except OSError as error:
        raise click.ClickException(f"{click.format_filename(path)} cannot be written ({error.strerror}).") from error
    click.echo(f"{count:,} stops written.")


def _summary(result: StopsImport) -> list[str]:
    lines = [
        f"{result.read:,} rows read: {result.added:,} added, {result.known:,} on the list already, "
        f"{result.rejected:,} rejected."
    ]
    if result.partly:
        lines.append(f"Taken in part: {result.partly:,}.")
    if result.rejects_file:
        lines.append(f"Rows with a problem, with line and reason: {click.format_filename(result.rejects_file)}")
    if result.dropped_columns:
        lines.append(f"Columns not used: {', '.join(result.dropped_columns)}.")
    return lines
