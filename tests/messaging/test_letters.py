"""Letters that rows wait for: whatever a mail server does, each goes out, or somebody can see why it did not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import ColumnElement, select

from survey_app.extensions import db, transaction
from survey_app.messaging.email import Email, OutboxTransport, SmtpTransport
from survey_app.messaging.operations import Letters, Outcome, send_due
from survey_app.work.models import JobRun
from tests.factories import NOON
from tests.smtp import SmtpServer, free_port, smtp_server
from tests.threads import all_at_once

SENT, GIVEN_UP, NOBODY = 1, 2, 3  # kept in `done`


def is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return JobRun.name.startswith("letter"), JobRun.done == 0


def to(address: str, row: JobRun) -> Email:
    return Email(f"{row.name}.{address[0]}", "Anyborough", "survey@anyborough.example", address, row.name, "Hello.")


def write(row: JobRun, _now: datetime) -> list[Email]:
    return [to("asha@example.org", row)]


def settle(row: JobRun, outcome: Outcome, now: datetime) -> None:
    assert row.done == 0, "settled twice"
    row.done = SENT if outcome.taken_by else GIVEN_UP if outcome.error else NOBODY
    row.finished_at = now


LETTERS = Letters("letters of this test", JobRun, is_due, write, settle)


@pytest.fixture
def server(app: Flask) -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def send(server: SmtpServer) -> Callable[..., int]:
    def send(letters: Letters[JobRun] = LETTERS, *, worker: str = "worker", **later: int) -> int:
        return send_due(letters, SmtpTransport(server.url), worker, NOON + timedelta(**later))

    return send


def wait_for_letters(*names: str) -> None:
    with transaction():
        db.session.add_all(JobRun(name=f"letter {name}") for name in names)


def row(name: str) -> JobRun:
    found = select(JobRun).where(JobRun.name == f"letter {name}")
    return db.session.scalars(found.execution_options(populate_existing=True)).one()


def subjects(server: SmtpServer) -> list[str]:
    return [str(letter["Subject"]).removeprefix("letter ") for letter in server.taken]


class Overtaken(OutboxTransport):
    """The outbox folder, and what else happens while the first letter is on its way."""

    def __init__(self, folder: Path, meanwhile: Callable[[], None]) -> None:
        super().__init__(folder)
        self.meanwhile = [meanwhile]

    def send(self, email: Email) -> None:
        super().send(email)
        while self.meanwhile:
            with transaction():
                self.meanwhile.pop()()


def test_each_goes_out_once_over_one_connection(server: SmtpServer, send: Callable[..., int]) -> None:
    wait_for_letters("b", "a", "c")
    assert [send(), send()] == [3, 0]
    assert (subjects(server), server.connections) == (["a", "b", "c"], 1)
    assert [(row(name).done, row(name).claimed_by, row(name).attempts) for name in "abc"] == [(SENT, None, 0)] * 3


def test_two_workers_send_each_once(app: Flask, server: SmtpServer, send: Callable[..., int]) -> None:
    wait_for_letters(*map(str, range(15)))
    db.session.commit()
    all_at_once(app, lambda: send(worker="one"), lambda: send(worker="two"))
    assert len(set(subjects(server))) == len(server.taken) == 15


def test_while_no_server_answers_all_wait_and_use_up_no_attempt(server: SmtpServer, send: Callable[..., int]) -> None:
    wait_for_letters("a", "b")
    for minute in range(20):
        nobody = SmtpTransport(f"smtp://127.0.0.1:{free_port()}")
        assert send_due(LETTERS, nobody, "worker", NOON + timedelta(minutes=minute)) == 0
    assert [(row(name).attempts, row(name).claimed_until) for name in "ab"] == [(0, None)] * 2
    assert send(minutes=20) == 2


def test_a_letter_that_breaks_the_connection_goes_behind_the_others(
    server: SmtpServer, send: Callable[..., int]
) -> None:
    wait_for_letters("a", "b", "c")
    server.breaks_at, server.keeps_broken = {1}, False
    assert [send(), send(), send(minutes=1)] == [0, 2, 1]
    assert subjects(server) == ["b", "c", "a"]


def test_a_refusal_for_good_ends_it_and_is_kept(server: SmtpServer, send: Callable[..., int]) -> None:
    wait_for_letters("a")
    server.refusal = "550 5.1.1 no such mailbox"
    assert [send(), send(days=1)] == [1, 0]
    assert (row("a").done, row("a").last_error) == (GIVEN_UP, "SMTP 550 5.1.1")


def test_a_refusal_for_now_is_tried_again_each_time_twice_as_late_and_then_given_up(
    server: SmtpServer, send: Callable[..., int]
) -> None:
    wait_for_letters("a")
    server.refusal = "450 4.2.1 mailbox is busy"
    tried = [minute for minute in range(400) if send(minutes=minute)]
    assert [after - before for before, after in pairwise(tried)] == [2, 4, 8, 16, 32, 64, 120]
    assert (row("a").done, row("a").last_error, row("a").attempts) == (GIVEN_UP, "SMTP 450 4.2.1", 0)


def test_a_kind_can_have_a_shorter_longest_wait(server: SmtpServer, send: Callable[..., int]) -> None:
    wait_for_letters("a")
    urgent = Letters("urgent letters", JobRun, is_due, write, settle, longest_wait=timedelta(minutes=5))
    server.refusal = "450 4.2.1 mailbox is busy"
    tried = [minute for minute in range(60) if send(urgent, minutes=minute)]
    assert [after - before for before, after in pairwise(tried)] == [2, 4, 5, 5, 5, 5, 5]


def test_one_that_waits_keeps_none_of_the_others_waiting(server: SmtpServer, send: Callable[..., int]) -> None:
    wait_for_letters("a", "b")
    server.refusals["asha@example.org"] = "450 4.2.1 mailbox is busy"

    def write(row: JobRun, _now: datetime) -> list[Email]:
        return [to("asha@example.org" if row.name == "letter a" else "ben@example.org", row)]

    kind = Letters("letters", JobRun, is_due, write, settle)
    assert [send(kind), send(kind, minutes=1)] == [2, 0]
    server.refusals.clear()
    assert send(kind, minutes=2) == 1
    assert subjects(server) == ["b", "a"]


def test_without_anybody_to_write_to_the_row_is_settled(server: SmtpServer, send: Callable[..., int]) -> None:
    wait_for_letters("a")
    to_nobody = Letters("letters", JobRun, is_due, lambda _row, _now: [], settle)
    assert send(to_nobody) == 1
    assert (row("a").done, row("a").last_error, server.connections) == (NOBODY, None, 0)


def test_one_that_cannot_be_written_is_seen_and_tried_again_and_the_others_go_out(
    server: SmtpServer, send: Callable[..., int], caplog: pytest.LogCaptureFixture
) -> None:
    wait_for_letters("a", "b")

    def write(row: JobRun, now: datetime) -> Sequence[Email]:
        row.started_at = now
        if row.name == "letter a":
            raise LookupError("its template is gone")
        return [to("asha@example.org", row)]

    assert send(Letters("odd letters", JobRun, is_due, write, settle)) == 2
    assert subjects(server) == ["b"]
    assert "odd letters: one cannot be written" in caplog.text
    broken = row("a")
    assert (broken.done, broken.attempts, broken.last_error) == (0, 1, "it cannot be made: LookupError")
    assert broken.started_at is None, "what was written half is not stored"
    assert send(minutes=2) == 1


def test_of_several_one_that_is_refused_keeps_none_from_the_others_and_one_is_enough(
    server: SmtpServer, send: Callable[..., int]
) -> None:
    wait_for_letters("a")
    server.refusals["asha@example.org"] = "450 4.2.1 mailbox is busy"
    found: list[Outcome] = []

    def both(row: JobRun, _now: datetime) -> list[Email]:
        return [to("asha@example.org", row), to("ben@example.org", row)]

    def settle_both(row: JobRun, outcome: Outcome, now: datetime) -> None:
        found.append(outcome)
        settle(row, outcome, now)

    assert [send(Letters("letters", JobRun, is_due, both, settle_both)), send(hours=1)] == [1, 0]
    assert [list(outcome.taken_by) for outcome in found] == [["ben@example.org"]]
    assert (row("a").done, row("a").last_error) == (SENT, None)


def test_what_another_worker_has_by_now_is_left_to_it(app: Flask, tmp_path: Path) -> None:
    wait_for_letters("a")

    def lease_runs_out() -> None:
        row("a").claimed_by = "another"

    assert send_due(LETTERS, Overtaken(tmp_path, lease_runs_out), "worker", NOON) == 1
    assert (row("a").done, row("a").claimed_by, row("a").attempts) == (0, "another", 0)


def test_what_is_called_off_before_its_turn_is_not_sent(app: Flask, tmp_path: Path) -> None:
    wait_for_letters("a", "b")

    def call_off() -> None:
        row("b").done = NOBODY

    send_due(LETTERS, Overtaken(tmp_path, call_off), "worker", NOON)
    assert [path.stem for path in tmp_path.glob("*.eml")] == ["letter-a.a"]
    assert (row("b").done, row("b").claimed_by, row("b").claimed_until) == (NOBODY, None, None)


def test_what_became_of_a_letter_says_nothing_of_the_one_that_waits_instead(app: Flask, tmp_path: Path) -> None:
    wait_for_letters("a")
    kind = Letters("letters", JobRun, is_due, write, settle, which=lambda row: row.started_at)

    def another_step() -> None:
        row("a").started_at = NOON

    send_due(kind, Overtaken(tmp_path, another_step), "worker", NOON)
    assert (row("a").done, row("a").attempts, row("a").claimed_until) == (0, 0, None)
    assert send_due(kind, OutboxTransport(tmp_path), "worker", NOON) == 1
    assert row("a").done == SENT


def test_a_worker_that_is_told_to_end_finishes_the_letter_in_its_hands(app: Flask, tmp_path: Path) -> None:
    wait_for_letters("a", "b")
    send_due(LETTERS, Overtaken(tmp_path, app.extensions["ending"].set), "worker", NOON)
    assert [(row(name).done, row(name).claimed_by) for name in "ab"] == [(SENT, None), (0, None)]


def test_what_a_worker_held_that_died_goes_out_when_its_lease_is_over(
    server: SmtpServer, send: Callable[..., int]
) -> None:
    wait_for_letters("a")
    with transaction():
        row("a").claimed_by, row("a").claimed_until = "dead", NOON + timedelta(minutes=6)
    assert [send(minutes=6), send(minutes=7)] == [0, 1]
    assert subjects(server) == ["a"]
