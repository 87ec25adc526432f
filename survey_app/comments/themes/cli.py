"""`flask comments check-themes`: how well the standard keywords find what people see. Needs no database."""

from __future__ import annotations

import json
from pathlib import Path

import click

from survey_app.comments.themes.agreement import Agreement, agreements, of_all, read_labelled
from survey_app.comments.themes.standard import default_code_frame, default_rules
from survey_app.kernel.errors import InvalidInput


@click.command("check-themes")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def check_themes(file: Path, as_json: bool) -> None:
    """Compare the standard themes with people's in FILE, a CSV with the columns text,themes (codes parted by ;)."""
    try:
        rows = read_labelled(file, [rule.code for rule in default_rules()])
    except InvalidInput as problem:
        raise click.ClickException(f"{file}: {problem.message}") from None
    if not rows:
        raise click.ClickException(f"{file} holds no labelled comment.")
    by_theme = agreements(default_code_frame(), rows)
    together = of_all(by_theme.values())
    if as_json:
        themes = {code: each.as_json() for code, each in by_theme.items()}
        click.echo(json.dumps({"rows": len(rows), **together.as_json(), "themes": themes}))
        return
    for code, each in {**by_theme, "all themes": together}.items():
        click.echo(f"{code:22} {_line(each)}")


def _line(each: Agreement) -> str:
    shares = "  ".join(
        f"{name} {'none' if share is None else f'{share:.0%}':>5}"
        for name, share in (("precision", each.precision), ("recall", each.recall))
    )
    return f"{each.cases:5} cases  {shares}"
