"""The audit of libraries is never a false green: what was not looked up is said not to have been."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from survey_app.settings import PROJECT_ROOT
from tests.smtp import free_port

SCRIPT = PROJECT_ROOT / ".ci" / "audit.py"
LOCK = f"one==1.0 \\\n    --hash=sha256:{'0' * 64}\ntwo==2.0 \\\n    --hash=sha256:{'1' * 64}\n"
KNOWN = {"vulns": [{"id": "OSV-1", "aliases": [], "summary": "Bad", "details": "", "affected": []}]}


@contextmanager
def source(*, vulnerable: str | None = None, status: int = 200) -> Iterator[str]:
    """A source of advisories on this machine; the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            found = json.dumps(KNOWN if asked["package"]["name"] == vulnerable else {}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(found)))
            self.end_headers()
            self.wfile.write(found)

        def log_message(self, *_: object) -> None:
            """Quietly."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1/query"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The script beside a lock of two libraries."""
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "audit.py").write_text(SCRIPT.read_text("utf-8"), "utf-8")
    (tmp_path / "requirements.txt").write_text(LOCK, "utf-8")
    return tmp_path


def audit(project: Path, url: str) -> tuple[int, str]:
    environment = os.environ | {"AUDIT_URL": url, "NO_PROXY": "127.0.0.1", "HOME": str(project)}
    command = [sys.executable, str(project / ".ci" / "audit.py")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    return done.returncode, done.stdout + done.stderr


def test_where_all_were_looked_up_and_nothing_is_known_it_says_how_many(project: Path) -> None:
    with source() as url:
        assert audit(project, url) == (0, "No known vulnerability in 2 libraries.\n")


def test_where_something_is_known_it_fails_and_names_it(project: Path) -> None:
    with source(vulnerable="two") as url:
        status, said = audit(project, url)
    assert status == 1
    assert "two 2.0: OSV-1" in said


def test_where_no_source_can_be_reached_it_says_so_and_is_no_green(project: Path) -> None:
    status, said = audit(project, f"http://127.0.0.1:{free_port()}/v1/query")
    assert status == 3
    assert said.startswith("NOT AUDITED: 2 of 2 libraries")
    with source(status=503) as url:
        assert audit(project, url)[0] == 3


def test_the_lock_of_the_project_is_read_whole(tmp_path: Path) -> None:
    lock = (PROJECT_ROOT / "requirements.txt").read_text("utf-8")
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "audit.py").write_text(SCRIPT.read_text("utf-8"), "utf-8")
    (tmp_path / "requirements.txt").write_text(lock, "utf-8")
    installed = sum("==" in line and "sys_platform" not in line for line in lock.splitlines())
    _, said = audit(tmp_path, f"http://127.0.0.1:{free_port()}/v1/query")
    assert installed - 3 <= int(said.split(" of ")[1].split()[0]) <= installed + 3
