"""`flask evidence pack` and `flask evidence verify`."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click
from flask import current_app

from survey_app.evidence.elements.operations import import_cse
from survey_app.evidence.frameworks import CSE_CODE
from survey_app.evidence.packs import queries
from survey_app.evidence.packs.making import make_pack
from survey_app.evidence.packs.operations import STEPS
from survey_app.evidence.packs.packing import MANIFEST, public_key_text
from survey_app.evidence.packs.verifying import (
    OpenedPack,
    Problem,
    Verification,
    open_pack,
    passport_documents,
    places_of,
    public_key_of,
    targets_of,
    verify_pack,
)
from survey_app.evidence.queries import find_framework
from survey_app.extensions import reading, transaction
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import AppError
from survey_app.kernel.periods import Period
from survey_app.measures.passport import canonical, sha256, short_code
from survey_app.organisation.queries import the_council
from survey_app.settings import Settings

DAY = click.DateTime(formats=["%Y-%m-%d"])
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("pack")
@click.option("--framework", default=CSE_CODE, show_default=True, help="Code of the framework.")
@click.option("--from", "first", type=DAY, required=True, help="First London day.")
@click.option("--to", "last", type=DAY, required=True, help="Last London day, included.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="FILE.zip")
def pack(framework: str, first: datetime, last: datetime, out: Path) -> None:
    """Write one signed zip with every exhibit whose figure lies in the period: page, PDF, spreadsheets and CSV."""
    now = utc_now()
    settings: Settings = current_app.extensions["settings"]
    try:
        period = Period.between(first.date(), last.date())
        with transaction():
            the_council()
            if framework == CSE_CODE and find_framework(framework) is None:
                import_cse(now=now)
        with click.progressbar(length=len(STEPS), file=sys.stderr, item_show_func=lambda step: step) as bar:
            made = make_pack(
                framework,
                period,
                settings=settings,
                now=now,
                tell=lambda done, step: bar.update(done - bar.pos, step),
            )
            bar.update(len(STEPS) - bar.pos)
        out.write_bytes(made.zipped)
    except AppError as problem:
        raise click.ClickException(str(problem)) from problem
    except OSError as problem:
        raise click.ClickException(f"{out} cannot be written: {problem.strerror}.") from problem
    for strong, words in made.pack.notices:
        click.echo(f"{strong} {words}", err=True)
    click.echo(f"{click.format_filename(out)}: {made.pack.exhibits} exhibits, {len(made.zipped) / 1e6:.1f} MB.")


@click.command("verify")
@click.argument("path", metavar="FILE.zip", type=A_FILE)
@click.option("--live", is_flag=True, help="Also count each figure again in this database.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(path: Path, live: bool, as_json: bool) -> None:
    """Check a pack: signature, every byte, every figure again from its counts. Needs no database without --live."""
    try:
        opened = open_pack(path)
    except AppError as problem:
        if as_json:
            _print_json(Verification(problems=[Problem(path.name, problem.message)]))
        raise click.ClickException(str(problem)) from problem
    result = verify_pack(opened)
    since = _live_problems(opened) if live else []
    if as_json:
        result.problems += since
        _print_json(result)
    else:
        _print_words(opened, result, since if live else None)
    if since or not result.ok:
        sys.exit(1)


def _print_words(opened: OpenedPack, result: Verification, since: Sequence[Problem] | None) -> None:
    """What was found in the pack, then what is not as it was; None where nobody asked for that."""
    if result.ok:
        counted = [
            (result.figures, "figure"),
            *([(result.effects, "effect of an improvement")] if result.effects else []),
        ]
        words = " and ".join(_plural(n, what) for n, what in counted)
        click.echo(f"Nothing was changed: {result.files} files, {words} counted again.")
        click.echo("Page, PDF, spreadsheets and CSV show the same numbers.")
        click.echo(f"Signed with key {public_key_of(opened)}.")
    if since == []:
        click.echo("Counted again in this database: every figure is the same.")
    elif since and result.ok:
        click.echo("The pack is as it was made. Since then, in this database:")
    for found in [*result.problems, *(since or [])]:
        click.echo(f"{found.where}: {found.what}")


def _print_json(result: Verification) -> None:
    problems = [dataclasses.asdict(problem) for problem in result.problems]
    document = {"ok": result.ok, "files": result.files, "figures": result.figures, "problems": problems}
    click.echo(json.dumps(document))


def _plural(n: int, what: str) -> str:
    one, _, rest = what.partition(" ")
    return f"{n} {one if n == 1 else one + 's'}{' ' + rest if rest else ''}"


def _live_problems(opened: OpenedPack) -> list[Problem]:
    settings: Settings = current_app.extensions["settings"]
    problems, places, targets = [], places_of(opened), targets_of(opened)
    if public_key_of(opened) != public_key_text(settings.signing_key):
        problems.append(Problem(MANIFEST, "it is signed with another key than this system's"))
    with reading():
        for document in passport_documents(opened):
            code, now = short_code(sha256(canonical(document))), utc_now()
            what = queries.live_differences(document, now=now)
            if code in targets and (moved := queries.target_difference(document, targets[code], now=now)):
                what.append(moved)
            if what:
                problems.append(Problem(f"{places.get(code, 'uncited')} (passport {code})", " ".join(what)))
    return sorted(problems, key=lambda problem: problem.where)
