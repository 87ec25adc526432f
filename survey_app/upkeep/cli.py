"""`flask settings` and `flask upkeep serve`."""

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
from sqlalchemy.exc import SQLAlchemyError

from survey_app.accounts.queries import first_link, has_users
from survey_app.extensions import db, reading, transaction
from survey_app.organisation.queries import council
from survey_app.privacy.keys.presenters import keys_in_words
from survey_app.settings import Settings, describe

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
        with reading(), transaction():
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
