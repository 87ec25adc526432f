"""`flask audit`: whether the audit is whole."""

from __future__ import annotations

import json
import sys
from itertools import chain as chained
from itertools import islice

import click
from flask import current_app
from flask.cli import AppGroup

from survey_app.audit.queries import count_unsealed, sealed_lines, signed_heads
from survey_app.audit.sealing import Head, public_key
from survey_app.audit.verifying import Chain, Problem
from survey_app.extensions import reading

MOST_SHOWN = 1000  # problems

audit_cli = AppGroup("audit", help="Who did what, when.")


@audit_cli.command("verify")
@click.option(
    "--head",
    "heads",
    multiple=True,
    metavar="PLACE:SEAL",
    help="A head that was written down elsewhere, as packs print it; can be given again.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(heads: tuple[str, ...], as_json: bool) -> None:
    """Walk along the whole chain: finds a line that was changed, taken out, moved or put in. Exit status 1 if any."""
    key = public_key(current_app.extensions["settings"].signing_key)
    chain = Chain(key, known=[_head(text) for text in heads])
    with reading():
        walk = chained(chain.walk(sealed_lines(), signed_heads()), chain.end())
        shown = list(islice(walk, MOST_SHOWN))
        problems = len(shown) + sum(1 for _ in walk)
        unsealed = count_unsealed()
    if as_json:
        click.echo(json.dumps(_document(chain, shown, problems, unsealed)))
    else:
        for problem in shown:
            click.echo(problem.words)
        click.echo(_sum(chain, problems, unsealed))
    if problems:
        sys.exit(1)


def _head(text: str) -> Head:
    place, _, seal = text.replace(",", "").replace(" ", "").partition(":")
    if not (place.isascii() and place.isdecimal() and int(place) > 0) or len(seal) != 64:
        raise click.BadParameter(f"“{text}” is not a place and a seal of 64 signs, as in 17:0ab…", param_hint="--head")
    return Head(int(place), seal.lower())


def _document(chain: Chain, shown: list[Problem], problems: int, unsealed: int) -> dict[str, object]:
    return {
        "ok": not problems,
        "lines": chain.lines,
        "heads": chain.heads,
        "unsealed": unsealed,
        "newest": {"place": chain.place, "seal": chain.seal} if chain.lines else None,
        "problems": [{"place": problem.place, "line": problem.line, "what": problem.what} for problem in shown],
        "problems_in_all": problems,
    }


def _sum(chain: Chain, problems: int, unsealed: int) -> str:
    waiting = f" {unsealed:,} {'line is' if unsealed == 1 else 'lines are'} not sealed yet." if unsealed else ""
    if problems:
        return (
            f"{problems:,} {'thing does' if problems == 1 else 'things do'} not fit in {chain.lines:,} lines.{waiting}"
        )
    if not chain.lines:
        return f"No line is sealed yet.{waiting}"
    return (
        f"All {chain.lines:,} sealed lines fit, under {chain.heads:,} signed heads.{waiting}"
        f" The newest: {chain.place}:{chain.seal}"
    )
