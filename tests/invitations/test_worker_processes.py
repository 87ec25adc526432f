"""A worker process that ends while it sends: killed, at most one message goes out twice; told to end, none does."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from survey_app.extensions import db, reading, transaction
from survey_app.invitations.models import Message, MessageState
from survey_app.kernel.clock import utc_now
from survey_app.settings import PROJECT_ROOT
from survey_app.surveys.operations import publish_default_survey
from survey_app.work.jobs import run_due
from survey_app.work.models import JobRun
from tests.databases import Database
from tests.factories import make_contact, make_council, make_service
from tests.smtp import SmtpServer, smtp_server

CONTACTS = 60
PATIENCE_SECONDS = 60
EVERYBODY = {f"resident{n}@example.org" for n in range(CONTACTS)}


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def worker(app: Flask, database: Database, server: SmtpServer) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that has sent a few of many messages."""
    object.__setattr__(app.extensions["settings"], "mail_url", server.url)
    now = utc_now()
    with transaction():
        make_council()
        publish_default_survey(now)
        service = make_service()
        for email in EVERYBODY:
            make_contact(service, email=email, occurred_at=now)
    run_due(["draw_invitations"])
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / "flask"), "jobs", "run"],
        cwd=PROJECT_ROOT,
        env=os.environ | database.environment | {"MAIL_URL": server.url},
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(lambda: len(server.taken) >= 3)
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.002)


def copies(server: SmtpServer) -> Counter[str]:
    return Counter(str(message["To"]) for message in server.taken)


def test_a_killed_worker_leaves_nobody_unasked_and_at_most_one_asked_twice(
    worker: subprocess.Popen[bytes], server: SmtpServer
) -> None:
    worker.kill()
    worker.wait()
    with transaction():  # as if the leases of the dead had run out
        for leased in (Message, JobRun):
            db.session.execute(update(leased).values(claimed_until=None))
    assert len(copies(server)) < CONTACTS
    run_due(["send_messages"])
    assert set(copies(server)) == EVERYBODY
    assert copies(server).total() <= CONTACTS + 1


def test_a_worker_told_to_end_sends_nothing_twice_and_holds_nothing_back(
    worker: subprocess.Popen[bytes], server: SmtpServer
) -> None:
    worker.terminate()
    assert worker.wait(PATIENCE_SECONDS) == 0
    with reading():
        sent = db.session.scalar(select(func.count()).where(Message.state == MessageState.SENT))
        assert sent == len(server.taken)
        assert sent < CONTACTS
        db.session.rollback()
    run_due(["send_messages"])
    assert copies(server) == Counter(EVERYBODY)
