"""`flask settings`: what can be set, and what was."""

from __future__ import annotations

import json

import click
from flask import current_app
from flask.cli import with_appcontext

from survey_app.settings import describe


@click.command("settings")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def settings_command(as_json: bool) -> None:
    """Show every setting of the environment: type, default, help and where it came from. Never a secret."""
    rows = describe(current_app.extensions["settings"])
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['name']} ({row['type']}; default: {row['default']}; from: {row['source']})")
        click.echo(f"    {row['help']}")
