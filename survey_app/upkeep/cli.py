"""`flask settings`, `flask upkeep serve`, and backups."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import cast

import click
from flask import Flask, current_app
from flask.cli import AppGroup, ScriptInfo, with_appcontext
from flask_migrate import upgrade
from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from survey_app.accounts.queries import first_link, has_users
from survey_app.audit.operations import record_act
from survey_app.extensions import db, reading, transaction
from survey_app.kernel.clock import LONDON, utc_now
from survey_app.kernel.errors import AppError, Refused
from survey_app.measures.queries.verifying import verify
from survey_app.organisation.queries import council
from survey_app.privacy.keys.presenters import keys_in_words
from survey_app.settings import Settings, describe
from survey_app.upkeep import operations, queries
from survey_app.upkeep.dump_folder import open_dump
from survey_app.upkeep.dump_format import Keys, Manifest

GRACE_SECONDS = 20
BIN = Path(sys.executable).parent

upkeep_cli = AppGroup("upkeep", help="Running the system.")


@click.command("settings")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_appcontext
def settings_command(as_json: bool) -> None:
    """Show every setting of the environment: type, default, help and where it came from. Never a secret.

    Where DATA_KEYS names several keys and the database answers, it says of each whether it is still needed.
    """
    settings: Settings = current_app.extensions["settings"]
    rows, keys = describe(settings), _keys_in_use(settings)
    if as_json:
        rows = [row | ({"keys": keys} if keys and row["name"] == "DATA_KEYS" else {}) for row in rows]
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['name']} ({row['type']}; default: {row['default']}; from: {row['source']})")
        click.echo(f"    {row['help']}")
        for line in keys if row["name"] == "DATA_KEYS" else ():
            click.echo(f"    {line}")


def _keys_in_use(settings: Settings) -> list[str]:
    """With one key there is nothing to ask the database, which need not be there."""
    if len(settings.data_keys) < 2:
        return []
    try:
        with reading():
            return keys_in_words()
    except SQLAlchemyError:
        return ["The database does not answer, or is not at the newest schema: which of them are needed is not known."]


@upkeep_cli.command("serve")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=5000, show_default=True, help="Where to listen, on this machine."
)
@click.option("--demo", default="none", show_default=True, help="The scenario for an empty database.")
def serve(port: int, demo: str) -> None:
    """Bring the database up, load the demo where there is nothing yet, then run web server and worker together."""
    if _is_taken(port):
        raise click.ClickException(f"Something listens on port {port} already. Choose another with --port (PORT=).")
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    for command in _preparation(demo):
        if (status := _flask(app, *command)) != 0:
            sys.exit(status)
    settings = app.extensions["settings"]
    address = settings.base_url if "BASE_URL" in settings.sources else f"http://127.0.0.1:{port}"
    with reading():
        click.echo("\n".join(_where_to_begin(address)))
        db.session.remove()  # a transaction left open would keep the processes below from writing
    sys.exit(_serve(port, address))


def _where_to_begin(address: str) -> list[str]:
    """What to open: where nobody can sign in yet, the secret address of the first administrator."""
    lines = [] if council() else ["No council is set up here yet. To see one: flask demo load borough"]
    if has_users():
        return [*lines, "", f"Open {address}", ""]
    return [
        *lines,
        "",
        "Set up your council: open this address. It works once, for three days; keep it to yourself.",
        first_link(address),
        "",
    ]


@upkeep_cli.command("backup")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def backup(folder: Path, as_json: bool) -> None:
    """Write all that the database holds to a new folder, while the system runs.

    DIR is new or empty. It appears when the backup is complete; until then, and after a crash, what was written is
    called DIR.unfinished-… The keys are not in it.
    """
    settings: Settings = current_app.extensions["settings"]
    try:
        with click.progressbar(length=0, label="Rows", file=sys.stderr) as bar:

            def start(rows: int) -> operations.Progress:
                bar.length = rows
                return bar.update

            manifest = operations.write_backup(folder, _keys(settings), now=utc_now(), progress=start)
    except AppError as problem:
        raise click.ClickException(str(problem)) from problem
    except OSError as problem:
        raise click.ClickException(f"{folder} cannot be written: {problem.strerror}.") from problem
    keys = [{"name": name, "source": _where(settings, name)} for name in manifest.keys]
    if as_json:
        click.echo(json.dumps({"folder": str(folder)} | _summary(manifest) | {"keys": keys}))
        return
    click.echo(
        f"{folder}: {manifest.rows:,} rows of {len(manifest.tables)} tables, {manifest.bytes / 1e6:,.1f} MB, as they "
        f"stood at {_london(manifest)}."
    )
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
        size = sum(path.stat().st_size for path in folder.iterdir())
        with click.progressbar(length=size, label="Checking", file=sys.stderr) as bar:
            dump = open_dump(folder, _keys(settings), progress=bar.update)
        manifest = dump.manifest
        _bring_to(manifest.revision)
        with click.progressbar(length=manifest.rows, label="Rows", file=sys.stderr) as bar, transaction():
            operations.load_backup(dump, progress=bar.update)
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
        click.echo(json.dumps(_summary(manifest) | found))
    else:
        click.echo(f"{manifest.rows:,} rows of {len(manifest.tables)} tables, as they stood at {_london(manifest)}.")
        if waiting:
            click.echo(
                f"{waiting:,} messages wait to be sent: those that went out after the backup would go out again."
            )
        if not differences:
            click.echo("Every tally is what the answers say.")
    if differences:
        raise click.ClickException(f"{differences} tallies differ. `flask measures rebuild` counts them again.")


def _keys(settings: Settings) -> Keys:
    return Keys(settings.data_keys, settings.index_key, settings.signing_key)


def _where(settings: Settings, name: str) -> str:
    """Where a key is kept."""
    if settings.sources[name] == "environment":
        return "environment"
    return str(settings.instance_path / name.lower())


def _summary(manifest: Manifest) -> dict[str, object]:
    return {
        "made_at": manifest.made_at.isoformat(),
        "schema": manifest.revision,
        "product": manifest.product,
        "tables": len(manifest.tables),
        "rows": manifest.rows,
        "bytes": manifest.bytes,
    }


def _london(manifest: Manifest) -> str:
    return f"{manifest.made_at.astimezone(LONDON):%H:%M:%S on %-d %B %Y}"


def _bring_to(revision: str) -> None:
    """Give a new database the schema of a backup. Refused where the database has another, or the backup a newer one."""
    if revision not in queries.known_revisions():
        raise Refused(f"This backup has schema {revision}, newer than this program. Install the version that made it.")
    found = queries.schema_revision()
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


def _preparation(demo: str) -> list[list[str]]:
    commands = [["db", "upgrade"]]
    if demo != "none":
        commands += [["demo", "load", demo, "--if-empty"], ["demo", "sign-ins"]]
    return commands


def _flask(app: Flask, *command: str) -> int:
    """Run a flask command in this process: starting another for each would make a second start slow."""
    try:
        app.cli.main(
            args=list(command), prog_name="flask", obj=ScriptInfo(create_app=lambda: app), standalone_mode=False
        )
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def web_command(port: int, app: str = "wsgi:app") -> list[str]:
    """The command of a web server for one machine. Benchmarks put other apps under the same."""
    return [
        *(str(BIN / "gunicorn"), app, "--bind", f"127.0.0.1:{port}"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "8", "--log-level", "warning"),
    ]


def _serve(port: int, address: str) -> int:
    worker = [str(BIN / "flask"), "jobs", "run"]
    commands = (web_command(port), worker)
    processes = [subprocess.Popen(command, env=os.environ | {"BASE_URL": address}) for command in commands]  # noqa: S603 # nosec B603

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for process in processes:
            process.terminate()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    while all(process.poll() is None for process in processes):
        time.sleep(0.2)
    stop(signal.SIGTERM, None)
    for process in processes:
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
    return max(abs(process.returncode or 0) not in (0, signal.SIGTERM, signal.SIGINT) for process in processes)
