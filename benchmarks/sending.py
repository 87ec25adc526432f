"""Invitations sent by SMTP: how many a second, what a second worker adds, and whether a long queue slows the claim.

What users feel: a county's invitations of the night are out before the morning, and one who asks us to stop is
heard at once, for nothing is sent from a list made long before. The reference for speed is smtplib alone: the same
letters, finished before the clock starts, by `sendmail` on one connection to the same server. The product's time
holds all of it: rows claimed, words and tokens made, the stop and the answer looked for before each letter, its
outcome, its reminder and its count stored. The other two are measured beside themselves: two workers beside one on a
server that takes 50 ms for each letter, and the claim with a million rows waiting beside ten thousand.
"""

from __future__ import annotations

import os
import smtplib
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import count
from statistics import median
from threading import Thread
from time import perf_counter
from types import TracebackType
from typing import IO, Self, cast

from flask import Flask
from sqlalchemy import insert, select

from benchmarks.council import set_up
from benchmarks.measuring import Result, in_turn, milliseconds
from benchmarks.workbench import NAMES, Workbench, app_on, settle
from survey_app.contacts.queries import asking_rules
from survey_app.contacts.ways import Way
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, Message, MessageKind, MessageState
from survey_app.invitations.operations.sending import claim_due
from survey_app.invitations.presenters import Tokens, invitation_email
from survey_app.kernel.clock import utc_now
from survey_app.kernel.tokens import new_token
from survey_app.organisation.models import Service
from survey_app.organisation.queries import the_council
from survey_app.settings import PROJECT_ROOT
from survey_app.upkeep.cli import BIN
from survey_app.work.jobs import run_due
from tests.databases import Database
from tests.factories import make_contact

NAME = "sending"
DISTANT_MILLISECONDS = 50
FOR_A_DISTANT_SERVER = 0.4  # of the letters
FEWER = 100  # times fewer rows wait beside
CLAIMS = 20
ROWS_AT_A_TIME = 10_000
_people = count(1)


def run(bench: Workbench) -> Iterator[Result]:
    letters, waiting = bench.size.letters, bench.size.waiting_rows
    for kind in bench.kinds:
        with app_on(bench.empty(kind)) as app, app.app_context(), Sink() as sink:
            with transaction():
                set_up(utc_now())
            use(app, sink)
            yield Result(
                f"invitations sent, {NAMES[kind]}",
                "letters a second",
                "smtplib.sendmail of the finished letters on one connection",
                in_turn(lambda: _send(letters), lambda: _send_bare(letters, sink), bench.size.slow_pairs),
                more_is_better=True,
            )
    for kind in bench.kinds:
        database, few = bench.empty(kind), max(2, int(letters * FOR_A_DISTANT_SERVER))
        with app_on(database) as app, app.app_context():
            with transaction():
                set_up(utc_now())
            yield Result(
                f"letters to a distant server by two workers, {NAMES[kind]}",
                "letters a second",
                f"by one; the server takes {DISTANT_MILLISECONDS} ms for each",
                [(_send_by_workers(2, few, database), _send_by_workers(1, few, database))],
                more_is_better=True,
            )
    for kind in bench.kinds:
        few = max(1, waiting // FEWER)
        with app_on(bench.empty(kind)) as long_queue, app_on(bench.empty(kind)) as short_queue:
            _let_wait(long_queue, waiting)
            _let_wait(short_queue, few)
            yield Result(
                f"next letters claimed while {waiting:,} wait, {NAMES[kind]}",
                "ms",
                f"while {few:,} wait",
                in_turn(lambda: _claim_ms(long_queue), lambda: _claim_ms(short_queue), bench.size.pairs),
                more_is_better=False,
            )


class Sink:
    """A server in a process of its own, and when it took each letter."""

    def __init__(self, wait_milliseconds: int = 0, port: int = 0) -> None:
        self.taken_at: list[float] = []
        self._command = [sys.executable, "-m", "benchmarks.sink", str(wait_milliseconds), str(port)]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, cwd=PROJECT_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        lines = cast(IO[str], self._process.stdout)
        self.port = int(lines.readline())
        self._reader = Thread(target=lambda: self.taken_at.extend(float(line) for line in lines))
        self._reader.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        cast(IO[str], self._process.stdin).close()
        self._reader.join()
        cast(IO[str], self._process.stdout).close()
        self._process.wait()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


def use(app: Flask, sink: Sink) -> None:
    """Send to this server."""
    object.__setattr__(app.extensions["settings"], "mail_url", sink.url)


def ask(letters: int) -> None:
    """So many people more who are drawn, and whose letters wait."""
    with transaction():
        services: Sequence[Service] = db.session.scalars(select(Service)).all()
        for n in range(letters):
            make_contact(
                services[n % len(services)],
                email=f"resident.{next(_people)}@example.org",
                occurred_at=utc_now() - timedelta(minutes=1),
                imported_at=utc_now(),
            )
    run_due(["draw_invitations"])


def _send(letters: int) -> float:
    """How many a second."""
    ask(letters)
    started = perf_counter()
    done = run_due(["send_messages"])["send_messages"]
    taken = perf_counter() - started
    if done != letters:
        raise RuntimeError(f"{done} of {letters} letters were sent")
    return letters / taken


def _send_bare(letters: int, sink: Sink) -> float:
    """How many a second, when all that is done is to send them."""
    council, rules = the_council(), asking_rules()
    invitations = db.session.scalars(select(Invitation).order_by(Invitation.id.desc()).limit(letters)).all()
    finished = []
    for n, invitation in enumerate(invitations):
        tokens = Tokens(answer=new_token(), opt_out=new_token())
        address = f"resident.{n}@example.org"
        letter = invitation_email(
            invitation,
            MessageKind.INVITATION,
            tokens,
            council=council,
            rules=rules,
            base_url="https://feedback.anyborough.example",
            recipient=address,
        )
        finished.append((letter.sender_email, [address], letter.as_bytes()))
    db.session.rollback()
    started = perf_counter()
    with smtplib.SMTP("127.0.0.1", sink.port) as connection:
        for sender, recipients, content in finished:
            connection.sendmail(sender, recipients, content)
    return letters / (perf_counter() - started)


def _send_by_workers(workers: int, letters: int, database: Database) -> float:
    """How many a second worker processes send, from the first that arrived to the last."""
    ask(letters)
    db.session.remove()
    with Sink(DISTANT_MILLISECONDS) as sink:
        environment = os.environ | database.environment | {"MAIL_URL": sink.url}
        command = [str(BIN / "flask"), "jobs", "run", "--once", "send_messages"]
        running = [
            subprocess.Popen(command, cwd=PROJECT_ROOT, env=environment, stderr=subprocess.DEVNULL)
            for _ in range(workers)
        ]
        if any(process.wait() for process in running):
            raise RuntimeError("a worker failed")
    if len(sink.taken_at) != letters:
        raise RuntimeError(f"{len(sink.taken_at)} of {letters} letters arrived")
    return (letters - 1) / (max(sink.taken_at) - min(sink.taken_at))


def _let_wait(app: Flask, rows: int) -> None:
    """So many rows of work, and nothing else: a claim reads nothing else."""
    with app.app_context():
        due = utc_now() - timedelta(hours=1)
        is_sqlite = db.engine.dialect.name == "sqlite"
        without_keys = "PRAGMA foreign_keys=OFF" if is_sqlite else "SET session_replication_role = replica"
        with db.engine.connect() as connection:
            connection.connection.cursor().execute(without_keys)
            connection.connection.commit()
            for first in range(0, rows, ROWS_AT_A_TIME):
                waiting = [
                    {"invitation_id": n + 1, "kind": MessageKind.INVITATION, "way": Way.EMAIL, "due_at": due}
                    for n in range(first, min(rows, first + ROWS_AT_A_TIME))
                ]
                connection.execute(insert(Message).values(state=MessageState.WAITING, attempts=0), waiting)
            connection.commit()
            connection.invalidate()
        settle()


def _claim_ms(app: Flask) -> float:
    """How long a claim takes."""
    with app.app_context():
        return median(milliseconds(lambda: claim_due(Way.EMAIL, "bench", utc_now())) for _ in range(CLAIMS))
