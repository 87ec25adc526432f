"""Eight people answer at a time, for as long as it is wanted: every answer stored and counted once, nothing leaks.

A few thousand answers by default; SOAK_ANSWERS=100000 for the promise in full.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from benchmarks.answering import answer
from benchmarks.council import invite, set_up
from benchmarks.serving import serving
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, InvitationState
from survey_app.kernel.clock import london_day, utc_now
from survey_app.measures.definitions import measure_named
from survey_app.measures.operations import fold_all, rebuild_month
from survey_app.measures.queries import figures
from survey_app.measures.queries.verifying import verify
from survey_app.responses.models import ResponseState, SurveyResponse
from tests.databases import Database

pytestmark = pytest.mark.soak

ANSWERS = int(os.environ.get("SOAK_ANSWERS", "3000"))
AT_ONCE = 8
WARM_UP = ANSWERS // 3  # pools, caches and the allocator have grown by then
MOST_GROWN = 1.05  # times what a process held after the warm-up, and a page or two of the allocator
ALLOCATOR_KB = 4_000


def test_as_many_answers_as_were_sent_are_stored_and_counted_and_memory_stays_flat(
    app: Flask, database: Database
) -> None:
    day = london_day(utc_now())
    with transaction():
        tokens = invite(*set_up(utc_now()), ANSWERS, utc_now())
        rebuild_month(day.replace(day=1))
    with serving("wsgi:app", database.environment, ready_at="/health/ready") as port:
        send(port, tokens[:WARM_UP])
        before = dict(memory_of_workers(port))
        send(port, tokens[WARM_UP:])
        after = dict(memory_of_workers(port))
    assert before.keys() == after.keys(), "a worker died on the way"
    grown = {pid: (before[pid], kb) for pid, kb in after.items() if kb > before[pid] * MOST_GROWN + ALLOCATOR_KB}
    assert not grown, f"kB after the warm-up, and at the end: {grown}"

    db.session.rollback()
    responses = select(func.count()).select_from(SurveyResponse)
    assert db.session.scalar(responses) == ANSWERS
    assert db.session.scalar(responses.where(SurveyResponse.state == ResponseState.COUNTED)) == ANSWERS
    assert db.session.scalar(select(func.count(SurveyResponse.invitation_id.distinct()))) == ANSWERS
    answered = select(func.count()).where(Invitation.state == InvitationState.ANSWERED)
    assert db.session.scalar(answered) == ANSWERS

    with transaction():
        fold_all()
    assert verify() == []
    (figure,) = figures(measure_named("satisfaction"), day, day, now=utc_now())
    assert figure.base == ANSWERS


def send(port: int, tokens: list[str]) -> None:
    """All of them, eight at a time; whatever is met with another status than it should be is raised."""
    with ThreadPoolExecutor(AT_ONCE) as people:
        for _ in people.map(lambda token: answer(port, token), tokens):
            pass


def memory_of_workers(port: int) -> Iterator[tuple[int, int]]:
    """Each process of the web server on this port, and the kilobytes it holds in memory."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            command, status = (folder / "cmdline").read_bytes(), (folder / "status").read_text()
        except OSError:  # it has ended meanwhile
            continue
        if f"127.0.0.1:{port}".encode() in command.split(b"\0"):
            yield int(folder.name), next(int(line.split()[1]) for line in status.splitlines() if "VmRSS" in line)
