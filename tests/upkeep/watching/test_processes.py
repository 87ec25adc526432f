"""A real web server of two processes: they count together, a killed one takes nothing with it, the log is JSON."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from survey_app.audit.operations import record_act
from survey_app.kernel.clock import utc_now
from survey_app.settings import PROJECT_ROOT
from tests.databases import Database
from tests.smtp import free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session"),  # the database plays no part
]
PATIENCE_SECONDS = 90
BIN = Path(sys.executable).parent
LIVE = {"method": "GET", "route": "/health/live", "status": "2xx"}


class Site:
    """gunicorn with two processes. Each request has a connection of its own, so that both get some."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, counts: Path, log: Path) -> None:
        self.process, self.port, self.counts, self._log = process, port, counts, log

    def get(self, path: str, **headers: str) -> tuple[int, str, str | None]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        found = answer.status, answer.read().decode(), answer.headers["X-Request-ID"]
        connection.close()
        return found

    def requests(self, **labels: str) -> float:
        """How many there were, as a scrape says."""
        families = text_string_to_metric_families(self.get("/metrics")[1])
        return sum(
            sample.value
            for family in families
            for sample in family.samples
            if sample.name == "survey_http_request_seconds_count" and sample.labels == labels
        )

    def workers(self) -> set[int]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return {int(pid) for pid in children.split()}

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._log.read_text().splitlines()]


def wait_until(is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.1)


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Iterator[Site]:
    port, counts = free_port(), tmp_path / "temporary"
    counts.mkdir()
    environment = os.environ | database.environment | {"LOG_FORMAT": "json", "TMPDIR": str(counts)}
    command = [str(BIN / "gunicorn"), "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4", "wsgi:app"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--access-logfile", "-"], cwd=PROJECT_ROOT, env=environment, stdout=log, stderr=log
        )
        started = Site(process, port, counts, tmp_path / "log")
        try:
            wait_until(lambda: _answers(started))
            yield started
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def _answers(site: Site) -> bool:
    try:
        return site.get("/health/ready")[0] == 200
    except OSError:
        return False


def in_both(site: Site) -> int:
    """Ask until both processes have counted something; how often it was asked."""
    asked = 0

    def ask() -> bool:
        nonlocal asked
        site.get("/health/live")
        asked += 1
        return len(list(site.counts.glob("*/histogram_*.db"))) == 2

    wait_until(ask)
    return asked


def test_two_processes_count_together_and_a_killed_one_takes_nothing_with_it(site: Site) -> None:
    asked = in_both(site)
    assert site.requests(**LIVE) == asked
    before = site.workers()
    os.kill(sorted(before)[0], signal.SIGKILL)
    wait_until(lambda: len(site.workers() - before) == 1 and len(site.workers()) == 2)
    for _ in range(40):  # both, the new one too, unless luck is very odd
        site.get("/health/live")
    assert site.requests(**LIVE) == asked + 40
    assert len(list(site.counts.glob("*/histogram_*.db"))) == 2, "the new one goes on with the counts of the old"
    site.process.terminate()
    site.process.wait(PATIENCE_SECONDS)
    assert list(site.counts.iterdir()) == [], "the folder goes with the server"


def test_every_line_of_the_log_is_an_object_and_those_of_a_request_have_its_name(site: Site) -> None:
    _, _, name = site.get("/s/q7Hk2_aBcD-9xYzAbCdEfG?asha=asha@anyborough.example")
    answered = [line for line in site.lines if line.get("request_id") == name]
    assert [(line["message"], line["route"], line["method"]) for line in answered] == [
        ("request answered", "/s/<token>", "GET")
    ]
    assert answered[0]["status"] == 404
    assert answered[0]["duration_ms"] > 0
    assert {"time", "level", "logger", "node", "process"} <= answered[0].keys()
    loggers = {line["logger"] for line in site.lines}
    assert {"gunicorn.error", "gunicorn.access", "survey_app.web.measuring"} <= loggers
    text = "\n".join(map(json.dumps, site.lines))
    assert "q7Hk2" not in text
    assert "asha" not in text


def test_a_worker_writes_json_too_and_names_its_job(database: Database) -> None:
    database.fill(lambda: record_act("council.changed", "council", at=utc_now(), actor_kind="command"))
    environment = os.environ | database.environment | {"LOG_FORMAT": "json"}
    command = [str(BIN / "flask"), "jobs", "run", "--once", "seal_audit"]
    ended = subprocess.run(
        command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE_SECONDS, check=True
    )
    lines = [json.loads(line) for line in ended.stderr.splitlines() if line.startswith("{")]
    (line,) = [line for line in lines if line["message"] == "job ended"]
    assert (line["job"], line["rows"]) == ("seal_audit", 1)
    assert line["duration_ms"] > 0
    assert ended.stdout == ""
