"""What the web server itself believes of a request, before the app sees it."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey_app.settings import PROJECT_ROOT
from tests.databases import Database
from tests.smtp import free_port

PATIENCE_SECONDS = 60
ON_SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")  # the database plays no part


@pytest.fixture
def port(database: Database) -> Iterator[int]:
    """Of gunicorn as it is started anywhere."""
    port = free_port()
    command = [str(Path(sys.executable).parent / "gunicorn"), "--bind", f"127.0.0.1:{port}", "wsgi:app"]
    process = subprocess.Popen(command, cwd=PROJECT_ROOT, env=os.environ | database.environment, stderr=subprocess.PIPE)
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.communicate(timeout=PATIENCE_SECONDS)


def _wait_for(port: int) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            assert status(port, "/health/live") == 200
            return
        except OSError:
            assert time.monotonic() < ends
            time.sleep(0.1)


def status(port: int, path: str, **headers: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    connection.request("GET", path, headers=headers)
    found = connection.getresponse().status
    connection.close()
    return found


@ON_SQLITE
def test_a_sender_does_not_say_which_part_of_a_path_counts(port: int) -> None:
    """Else /anything/health/ready would be /health/ready here, past a proxy that lets nobody to /health/."""
    assert status(port, "/anything/health/live", SCRIPT_NAME="/anything") == 404
    assert status(port, "/anything", PATH_INFO="/health/live") == 404
    assert status(port, "/health/live", SCRIPT_NAME="/health") == 200
