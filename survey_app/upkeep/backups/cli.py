"""`flask upkeep backup` and `flask upkeep restore`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from flask import current_app
from flask_migrate import upgrade
from sqlalchemy import inspect

from survey_app.audit.operations import record_act
from survey_app.extensions import db, reading, transaction
from survey_app.kernel.clock import LONDON, utc_now
from survey_app.kernel.errors import AppError, Refused
from survey_app.measures.queries.verifying import verify
from survey_app.settings import Settings
from survey_app.upkeep.backups import operations, queries
from survey_app.upkeep.backups.dump_folder import Dump, open_dump
from survey_app.upkeep.backups.dump_format import Keys, Manifest
from survey_app.upkeep.cli import upkeep_cli
from survey_app.upkeep.queries import known_revisions, schema_revision


@upkeep_cli.command("backup")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def backup(folder: Path, as_json: bool) -> None:
    """Write all that the database holds to a new folder, while the system runs, sealed under the newest of DATA_KEYS.

    DIR is new or empty. It appears when the backup is complete; until then, and after a crash, what was written is
    called DIR.unfinished-… The keys are not in it.
    """
    settings: Settings = current_app.extensions["settings"]
    try:
        with click.progressbar(length=0, label="Rows", file=sys.stderr) as bar:

            def start(rows: int) -> operations.Progress:
                bar.length = rows
                return bar.update

            manifest = operations.write_backup(folder, keys_of(settings), now=utc_now(), progress=start)
    except AppError as problem:
        raise click.ClickException(str(problem)) from problem
    except OSError as problem:
        raise click.ClickException(f"{folder} cannot be written: {problem.strerror}.") from problem
    keys = [{"name": name, "source": _where(settings, name)} for name in manifest.keys]
    if as_json:
        click.echo(json.dumps({"folder": str(folder)} | summary(manifest) | {"keys": keys}))
        return
    click.echo(f"{folder}: {in_a_line(manifest)} {manifest.bytes / 1e6:,.1f} MB, sealed.")
    click.echo("The keys are not in it, and without them nobody can use it. Keep them too, in another place:")
    for key in keys:
        click.echo(f"  {key['name']} ({key['source']})")


@upkeep_cli.command("restore")
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def restore(folder: Path, as_json: bool) -> None:
    """Fill an empty database from a backup, of either kind of database: all of it, or nothing.

    The whole backup is checked before. One of an older schema goes into a new database, without `flask db upgrade`:
    it is loaded as it was, and then brought to the newest schema. At the end all tallies are counted again.
    """
    settings: Settings = current_app.extensions["settings"]
    try:
        dump = checked(folder, keys_of(settings))
        manifest = dump.manifest
        load(dump)
    except AppError as problem:
        raise click.ClickException(f"{problem} Nothing was restored.") from problem
    except OSError as problem:
        raise click.ClickException(f"{folder} cannot be read: {problem.strerror}. Nothing was restored.") from problem
    upgrade()
    with transaction():
        after = {"made_at": manifest.made_at.isoformat(), "rows": manifest.rows}
        record_act("upkeep.backup restored", "database", at=utc_now(), actor_kind="command", after=after)
    with reading():
        differences = len(verify())
        waiting = queries.waiting_messages()
        db.session.rollback()
    if as_json:
        found = {"ok": not differences, "differences": differences, "waiting_messages": waiting}
        click.echo(json.dumps(summary(manifest) | found))
    else:
        click.echo(in_a_line(manifest))
        if waiting:
            click.echo(
                f"{waiting:,} messages wait to be sent: those that went out after the backup would go out again."
            )
        click.echo(
            "Whoever was erased, objected or withdrew an answer since then is in it as they were: do it again, from "
            "the register of requests, before anything is sent (docs/backup.md)."
        )
        if not differences:
            click.echo("Every tally is what the answers say.")
    if differences:
        raise click.ClickException(f"{differences} tallies differ. `flask measures rebuild` counts them again.")


def checked(folder: Path, keys: Keys) -> Dump:
    """Open a backup, every byte of which is checked. Progress goes to standard error."""
    size = sum(path.stat().st_size for path in folder.iterdir())
    with click.progressbar(length=size, label="Checking", file=sys.stderr) as bar:
        return open_dump(folder, keys, progress=bar.update)


def load(dump: Dump) -> None:
    """Give this app's new database the schema of a backup and all of its rows. Progress goes to standard error."""
    _bring_to(dump.manifest.revision)
    with click.progressbar(length=dump.manifest.rows, label="Rows", file=sys.stderr) as bar, transaction():
        operations.load_backup(dump, progress=bar.update)


def keys_of(settings: Settings) -> Keys:
    """The keys that a backup is made under."""
    return Keys(settings.data_keys, settings.index_key, settings.signing_key)


def _where(settings: Settings, name: str) -> str:
    """Where a key is kept."""
    if settings.sources[name] == "environment":
        return "environment"
    return str(settings.instance_path / name.lower())


def summary(manifest: Manifest) -> dict[str, object]:
    """What `--json` says of a backup."""
    return {
        "made_at": manifest.made_at.isoformat(),
        "schema": manifest.revision,
        "product": manifest.product,
        "tables": len(manifest.tables),
        "rows": manifest.rows,
        "bytes": manifest.bytes,
    }


def in_a_line(manifest: Manifest) -> str:
    """What a backup holds, and the moment that it is of."""
    at = f"{manifest.made_at.astimezone(LONDON):%H:%M:%S on %-d %B %Y}"
    return f"{manifest.rows:,} rows of {len(manifest.tables)} tables, as they stood at {at}."


def _bring_to(revision: str) -> None:
    """Give a new database the schema of a backup. Refused where the database has another, or the backup a newer one."""
    if revision not in known_revisions():
        raise Refused(f"This backup has schema {revision}, newer than this program. Install the version that made it.")
    found = schema_revision()
    is_new = found is None and not inspect(db.session.connection()).get_table_names()
    db.session.rollback()
    if is_new:
        upgrade(revision=revision)
    elif found is None:
        raise Refused("There are tables in this database that are not ours. Restore into a new one.")
    elif found != revision:
        raise Refused(
            f"This backup has schema {revision}, and the database {found}. Restore into a new database, without "
            "`flask db upgrade`: the backup is loaded as it was and then brought to the newest schema."
        )
