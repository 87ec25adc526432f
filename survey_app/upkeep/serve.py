"""`make run`: bring the database up, load the demo where there is nothing yet, then web server and worker together."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from flask import Flask
from flask.cli import ScriptInfo

from survey_app.settings import SettingError

GRACE_SECONDS = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until ctrl-c. Exit status 1, with a sentence, when something is wrong before or while serving."""
    parser = argparse.ArgumentParser(prog="make run")
    parser.add_argument("--port", type=int, default=5000)
    parser.add_argument("--demo", default="borough", help="scenario for an empty database, or none")
    options = parser.parse_args(arguments)
    from wsgi import app  # noqa: PLC0415 - reads the settings, which may refuse

    for command in _preparation(options.demo):
        if (status := _flask(app, *command)) != 0:
            return status
    print(f"\nOpen {app.extensions['settings'].base_url}\n", flush=True)  # noqa: T201
    return _serve(options.port)


def _preparation(demo: str) -> list[list[str]]:
    commands = [["db", "upgrade"]]
    if demo != "none":
        commands += [["demo", "load", demo, "--if-empty"], ["demo", "sign-ins"]]
    return commands


def _flask(app: Flask, *command: str) -> int:
    """Run a flask command in this process: starting another for each would make a second start slow."""
    try:
        app.cli.main(args=list(command), prog_name="flask", obj=ScriptInfo(create_app=lambda: app))
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


def _serve(port: int) -> int:
    bin_folder = Path(sys.executable).parent
    web = [
        *(str(bin_folder / "gunicorn"), "wsgi:app", "--bind", f"127.0.0.1:{port}"),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "8", "--log-level", "warning"),
    ]
    worker = [str(bin_folder / "flask"), "jobs", "run"]
    processes = [subprocess.Popen(command, env=os.environ) for command in (web, worker)]  # noqa: S603

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


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SettingError as error:
        sys.exit(f"make run: {error}")
