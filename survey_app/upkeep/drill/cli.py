"""`flask upkeep drill`."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import click
from flask import current_app
from flask_migrate import upgrade

from survey_app.extensions import db, reading
from survey_app.kernel.errors import AppError
from survey_app.settings import Settings
from survey_app.upkeep.backups.cli import checked, in_a_line, keys_of, load, summary
from survey_app.upkeep.backups.dump_format import Manifest
from survey_app.upkeep.cli import upkeep_cli
from survey_app.upkeep.drill.findings import Findings, Seconds
from survey_app.upkeep.drill.operations import scratch
from survey_app.upkeep.drill.presenters import as_document, in_words
from survey_app.upkeep.drill.queries import compare, things_to_compare


@upkeep_cli.command("drill")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--database",
    metavar="URL",
    help="Restore into this database, of either kind: a file that is not there, or PostgreSQL, in a schema of its own.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def drill(folder: Path, database: str | None, as_json: bool) -> None:
    """Restore a backup into scratch, prove everything in it, and leave nothing behind. Touches no live database.

    Every frozen figure is counted again, tallies and audit are verified, packs, documents and pictures are held
    against their digests, and every encrypted value is opened. Exit status 1 where one is not as it was.
    """
    settings: Settings = current_app.extensions["settings"]
    try:
        manifest, found, seconds = _run(folder, settings, database)
    except AppError as problem:
        raise click.ClickException(str(problem)) from problem
    except OSError as problem:
        raise click.ClickException(f"{problem.filename or folder}: {problem.strerror}.") from problem
    if as_json:
        click.echo(json.dumps(summary(manifest) | as_document(found, seconds)))
    else:
        click.echo(in_a_line(manifest))
        for line in in_words(found, seconds):
            click.echo(line)
        for each in found.differences:
            click.echo(f"{each.where}: {each.what}", err=True)
    if not found.ok:
        raise click.ClickException(f"{len(found.differences):,} things are not as they were.")


def _run(folder: Path, settings: Settings, database: str | None) -> tuple[Manifest, Findings, Seconds]:
    began = time.monotonic()
    dump = checked(folder, keys_of(settings))
    checked_at = time.monotonic()
    with scratch(settings, database):
        load(dump)
        loaded_at = time.monotonic()
        upgrade()
        upgraded_at = time.monotonic()
        with reading():
            length = things_to_compare()
            with click.progressbar(length=length, label="Comparing", file=sys.stderr) as bar:
                found = compare(settings.signing_key, now=dump.manifest.made_at, tell=lambda: bar.update(1))
            db.session.rollback()
    seconds = Seconds(
        checking=checked_at - began,
        loading=loaded_at - checked_at,
        upgrading=upgraded_at - loaded_at,
        comparing=time.monotonic() - upgraded_at,
    )
    return dump.manifest, found, seconds
