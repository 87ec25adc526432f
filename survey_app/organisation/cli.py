"""`flask organisation`: the council's services, teams and sites."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import click
from flask.cli import AppGroup

from survey_app.extensions import transaction
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import AppError
from survey_app.organisation.parts.operations import import_organisation

organisation_cli = AppGroup("organisation", help="The council's services, teams and sites.")


@organisation_cli.command("import")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_(path: Path, as_json: bool) -> None:
    """Import services, teams and sites from a CSV, the whole file or nothing.

    Columns: kind (service, team or site), code, name, and for services parent and successor (code or name) and
    valid_from; valid_to is the last day of any of them.
    What has the same code is changed; what the file does not name stays as it is.
    """
    try:
        with transaction():
            result = import_organisation(path, now=utc_now())
    except AppError as error:
        raise click.ClickException(str(error)) from error
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(result)))
        return
    click.echo(f"{result.made} made, {result.changed} changed, {result.unchanged} unchanged.")
    if result.dropped_columns:
        click.echo(f"Columns not used: {', '.join(result.dropped_columns)}.")
