"""`flask comments check-alerts`: measure the default phrases of alerts against people."""

from __future__ import annotations

import json
from pathlib import Path

import click

from survey_app.comments.alerts.kinds import default_finder, default_kinds
from survey_app.comments.alerts.measuring import measure, read_labelled
from survey_app.comments.cli import comments_cli
from survey_app.kernel.errors import InvalidInput


@comments_cli.command("check-alerts")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check_alerts_command(file: Path, as_json: bool) -> None:
    """Compare the default phrases with FILE, a CSV with the columns text,kinds: codes parted by blanks."""
    codes = [kind.code for kind in default_kinds()]
    try:
        rows = read_labelled(file, codes)
    except InvalidInput as problem:
        raise click.ClickException(f"{file}: {problem}") from None
    if not rows:
        raise click.ClickException(f"{file} holds no labelled text.")
    figures = measure(default_finder(), rows, codes)
    if as_json:
        kinds = {
            each.code: {
                "labelled": each.labelled,
                "found": each.found,
                "recall": each.recall,
                "precision": each.precision,
            }
            for each in figures
        }
        click.echo(json.dumps({"rows": len(rows), "kinds": kinds}))
        return
    click.echo(f"{len(rows)} texts")
    for each in figures:
        click.echo(
            f"{each.code:18} recall {_share(each.recall)} of {each.labelled}, "
            f"precision {_share(each.precision)} of {each.found}"
        )


def _share(value: float | None) -> str:
    return "  –  " if value is None else f"{value:.3f}"
