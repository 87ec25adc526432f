"""`flask contacts`: taking contacts in."""

from __future__ import annotations

import dataclasses
import json
import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app.contacts.operations import ContactsImport, import_contacts
from survey_app.kernel.clock import utc_now
from survey_app.kernel.collector import only_new_things
from survey_app.kernel.errors import AppError

contacts_cli = AppGroup("contacts", help="Contacts: what residents may be asked about.")


@contacts_cli.command("import")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_(path: Path, as_json: bool) -> None:
    """Import contacts from a CSV. Rejected rows are listed in FILE.rejected.csv with line and reason."""
    bar = click.progressbar(length=path.stat().st_size, label="Importing", file=sys.stderr)
    try:
        with only_new_things(), bar:
            result = import_contacts(path, now=utc_now(), on_progress=lambda done: bar.update(done - bar.pos))
    except AppError as error:
        raise click.ClickException(str(error)) from error
    click.echo(json.dumps(dataclasses.asdict(result)) if as_json else "\n".join(_summary(result)))


def _summary(result: ContactsImport) -> list[str]:
    lines = [
        f"{result.read:,} rows read: {result.accepted:,} accepted, {result.duplicate:,} duplicate "
        f"({result.changed:,} of them changed), {result.rejected:,} rejected."
    ]
    if result.rejects_file:
        lines.append(f"Rejected rows, with line and reason: {click.format_filename(result.rejects_file)}")
    if result.bad_emails or result.bad_phones:
        lines.append(f"Left out of accepted rows: {result.bad_emails:,} e-mail and {result.bad_phones:,} phone.")
    for what, names in (("teams", result.new_teams), ("sites", result.new_sites)):
        if names:
            lines.append(f"New {what}: {', '.join(names)}.")
    if result.dropped_columns:
        lines.append(f"Columns not used: {', '.join(result.dropped_columns)}.")
    return lines
