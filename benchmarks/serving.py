"""Web servers on this machine, started with the command of `make run`."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from time import monotonic, sleep

from benchmarks.load import Visitor
from survey_app.settings import PROJECT_ROOT
from survey_app.upkeep.cli import web_command
from tests.smtp import free_port

PATIENCE_SECONDS = 60


@contextmanager
def serving(app: str, environment: Mapping[str, str], *, ready_at: str = "/") -> Iterator[int]:
    """The port at which gunicorn serves an app while the block lasts."""
    port = free_port()
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            web_command(port, app), cwd=PROJECT_ROOT, env=os.environ | dict(environment), stdout=log, stderr=log
        )
        try:
            _wait_until_ready(process, port, ready_at)
            yield port
        except BaseException:
            log.seek(0)
            print(log.read().decode(errors="replace"))
            raise
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    deadline = monotonic() + PATIENCE_SECONDS
    while process.poll() is None and monotonic() < deadline:
        try:
            with Visitor(port) as visitor:
                if visitor.get(path)[0] == 200:
                    return
        except (OSError, ValueError, IndexError):
            pass
        sleep(0.05)
    raise RuntimeError("the web server did not come up")
