"""What the change feed costs whoever stores an answer.

What users feel: nothing, and that is the point. Figures are live because every answer writes a line for each of its
questions, and one for its invitation, in its own transaction; the reference is the same answer stored without them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from unittest.mock import patch

from benchmarks.answering import CHOICES
from benchmarks.council import invite, set_up
from benchmarks.measuring import Result, in_turn, milliseconds
from benchmarks.workbench import NAMES, Workbench, app_on
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation
from survey_app.kernel.clock import utc_now
from survey_app.responses.given import GivenAnswers
from survey_app.responses.operations import invited, record_response

NAME = "feed"
AT_ONCE = 20  # answers, each in a transaction of its own: one alone is too quick to time
GIVEN = GivenAnswers(choices=CHOICES, texts={"why": "They phoned back the same day and it was sorted."})


def run(bench: Workbench) -> Iterator[Result]:
    pairs = bench.size.quick_pairs
    for kind in bench.kinds:
        with app_on(bench.empty(kind)) as app, app.app_context():
            now = utc_now()
            with transaction():
                count = AT_ONCE * 2 * (pairs + 1)
                invite(*set_up(now), count, now)
            waiting = iter(range(1, count + 1))
            measured = in_turn(
                lambda waiting=waiting, now=now: _store(waiting, now, with_feed=True),
                lambda waiting=waiting, now=now: _store(waiting, now, with_feed=False),
                pairs,
            )
        reference = "the same without its change feed"
        yield Result(f"answer stored with its feed, {NAMES[kind]}", "ms", reference, measured, more_is_better=False)


def _store(waiting: Iterator[int], now: datetime, *, with_feed: bool) -> float:
    """Milliseconds an answer."""

    def store() -> None:
        for _ in range(AT_ONCE):
            with transaction():
                record_response(invited(db.session.get_one(Invitation, next(waiting))), GIVEN, now=now)
            db.session.remove()

    with ExitStack() as stack:
        if not with_feed:
            stack.enter_context(patch("survey_app.responses.operations.answers._write"))
            stack.enter_context(patch("survey_app.invitations.operations.outcomes.recount"))
        return milliseconds(store) / AT_ONCE
