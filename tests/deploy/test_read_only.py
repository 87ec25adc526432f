"""Web node and worker write to INSTANCE_PATH and to temporary files alone: the project's folder may be read-only."""

from __future__ import annotations

import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from survey_app.settings import PROJECT_ROOT
from tests.databases import KEYS
from tests.journey.council import BIN
from tests.smtp import free_port
from tests.topology.kept import Kept

PATIENCE_SECONDS = 120
# In a view of the file systems that is the process's own, and ends with it.
READ_ONLY = (
    *("unshare", "--mount", "sh", "-ec"),
    'mount --bind "$0" "$0"; mount -o remount,bind,ro "$0"; cd "$0"; exec "$@"',
    str(PROJECT_ROOT),
)


@pytest.fixture(scope="module", autouse=True)
def _can_be_made_read_only() -> None:
    try:
        tried = subprocess.run([*READ_ONLY, "touch", "tried"], capture_output=True, text=True, check=False, timeout=30)
    except FileNotFoundError:
        pytest.skip("there is no unshare on this machine")
    if "Read-only" not in tried.stderr:
        pytest.skip("this machine does not let us make a folder read-only: that is for root")


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=10) as answer:
            return bool(answer.read() == b"ok\n")
    except OSError:
        return False


def test_the_app_runs_where_it_may_write_nothing_but_its_own_folder(tmp_path: Path) -> None:
    port, data = free_port(), tmp_path
    environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "INSTANCE_PATH": str(data), "TMPDIR": str(data), **KEYS}
    commands = {
        "upgrade": [str(BIN / "flask"), "db", "upgrade"],
        "web": [str(BIN / "gunicorn"), "wsgi:app", "--bind", f"127.0.0.1:{port}"],
        "worker": [str(BIN / "flask"), "jobs", "run"],
    }
    with (data / "log").open("wb") as log:
        upgrade = Kept([*READ_ONLY, *commands["upgrade"]], environment, log)
        assert upgrade.ended() == 0, (data / "log").read_text()
        kept = [Kept([*READ_ONLY, *commands[name]], environment, log) for name in ("web", "worker")]
        try:
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not (is_ready(port) and "worker started" in (data / "log").read_text()):
                assert time.monotonic() < deadline, (data / "log").read_text()
                time.sleep(0.05)
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/sign-in", timeout=30) as page:
                assert page.status == 200
        finally:
            statuses = [process.stop() for process in kept]
    assert statuses == [0, 0]
    said = (data / "log").read_text()
    assert "read-only" not in said.lower()
    assert "Traceback" not in said
