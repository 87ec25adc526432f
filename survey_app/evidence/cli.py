"""`flask evidence`: frameworks, the pack an assessor takes away, and the check of a pack."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app.evidence.elements.operations import import_framework
from survey_app.evidence.frameworks import COLUMNS, CSE_CODE, CSE_NAME, read_elements
from survey_app.evidence.packs.cli import pack, verify
from survey_app.extensions import transaction
from survey_app.kernel.clock import utc_now
from survey_app.kernel.csvfile import open_csv
from survey_app.kernel.errors import AppError

evidence_cli = AppGroup("evidence", help="Evidence for assessors: frameworks, packs and their check.")
frameworks_cli = AppGroup("frameworks", help="Standards to be assessed against.")
evidence_cli.add_command(frameworks_cli)
DAY = click.DateTime(formats=["%Y-%m-%d"])
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@frameworks_cli.command("import")
@click.argument("path", metavar="FILE", type=A_FILE)
@click.option("--code", default=CSE_CODE, show_default=True, help="Short name, as in addresses.")
@click.option("--name", default=CSE_NAME, show_default=True, help="Name for people.")
def import_(path: Path, code: str, name: str) -> None:
    """Import a framework's elements. Claims and exhibits of elements that are there stay as they are."""
    try:
        with open_csv(path, required=COLUMNS) as file:
            rows = list(read_elements(row.values for row in file))
        with transaction():
            result = import_framework(code, name, rows, now=utc_now())
    except AppError as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"{result.added} elements added, {result.kept} kept.")


evidence_cli.add_command(pack)
evidence_cli.add_command(verify)
