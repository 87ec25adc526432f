"""A row that its job cannot deal with, each time anew: the others are done, and somebody is shown that it is there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from cryptography.fernet import Fernet
from flask import Flask
from sqlalchemy import func, select, text

from survey_app.comments.models import Comment
from survey_app.comments.queries import texts_to_analyse
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Callback
from survey_app.invitations.queries import CALLBACK_ATTEMPTS
from survey_app.responses.given import GivenAnswers
from survey_app.responses.operations import invited, record_response
from survey_app.settings import Settings
from survey_app.surveys.operations import publish_default_survey
from survey_app.work.jobs import Job, jobs, run_due, run_job
from survey_app.work.models import JobRun
from tests.conftest import PersonsClient
from tests.factories import make_invitation, make_service

DAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
OTHERS = 20


def poisoned(settings: Settings) -> str:
    """Under the right key, and no text: whoever opens it fails in a way that nobody foresaw."""
    return Fernet(settings.data_keys[0]).encrypt(b"\xff\xfe").decode()


def test_a_text_that_cannot_be_analysed_stops_no_other_and_stands_there_as_unreadable(
    app: Flask, settings: Settings
) -> None:
    with transaction():
        survey, housing = publish_default_survey(NOW - timedelta(days=60)), make_service("housing")
        for n in range(1 + OTHERS):
            given = GivenAnswers({"satisfaction": "2"}, {"why": f"Nobody rang me back {n} times"})
            record_response(invited(make_invitation(housing, survey, DAY)), given, now=NOW)
        first = "UPDATE answer_text SET raw = :raw WHERE id = (SELECT min(id) FROM answer_text)"
        db.session.execute(text(first), {"raw": poisoned(settings)})
    assert texts_to_analyse(NOW).waiting == 1 + OTHERS
    assert run_due(["analyse_comments"]) == {"analyse_comments": 1 + OTHERS}
    assert texts_to_analyse(NOW).waiting == 0
    bad, *good = db.session.scalars(select(Comment).order_by(Comment.answer_text_id))
    assert (bad.redacted_text, bad.flags, bad.sentiment) == ("", ["unreadable"], None)
    assert {comment.redacted_text for comment in good} == {f"Nobody rang me back {n} times" for n in range(1, 21)}


def test_what_notify_told_and_nobody_can_read_is_given_up_in_the_end_and_shown(
    app: Flask, settings: Settings, sign_in: Callable[..., PersonsClient], time_machine: object
) -> None:
    with transaction():
        words = (
            "INSERT INTO callback (kind, provider_id, digest, payload, received_at, attempts) "
            "VALUES ('receipt', :id, :id, :payload, :at, 0)"
        )
        db.session.execute(text(words), {"id": "bad", "payload": poisoned(settings), "at": "2026-03-12 08:00:00"})
    for n in range(CALLBACK_ATTEMPTS + 2):
        time_machine.move_to(NOW + timedelta(days=n), tick=False)  # type: ignore[attr-defined]
        run_due(["take_callbacks"])
    callback = db.session.scalars(select(Callback)).one()
    assert (callback.attempts, callback.last_error) == (CALLBACK_ATTEMPTS, "InvalidToken")
    given_up = jobs()["take_callbacks"].given_up
    assert given_up is not None
    assert [row.reference for row in given_up.show(10, NOW)] == ["receipt.bad"]
    assert "receipt.bad" in sign_in("administrator").get("/admin/jobs/").text


def test_a_job_that_fails_each_time_holds_up_no_other_and_says_how_often(
    app: Flask, sign_in: Callable[..., PersonsClient]
) -> None:
    def fail(_now: datetime, _worker: str) -> int:
        raise ZeroDivisionError("a row that cannot be")

    app.extensions["jobs"]["count_terms"] = Job("count_terms", "", fail)
    for n in range(1, 4):
        done = run_due()
        assert list(done) == list(jobs())  # each had its turn
        run = db.session.get_one(JobRun, "count_terms")
        db.session.refresh(run)
        assert (run.attempts, run.last_error, run.claimed_by) == (n, "ZeroDivisionError: a row that cannot be", None)
    assert "3 times in a row" in sign_in("administrator").get("/admin/jobs/").text
    others = select(func.count()).where(JobRun.last_error.is_not(None), JobRun.name != "count_terms")
    assert db.session.scalar(others) == 0


def test_a_job_whose_end_could_not_be_noted_is_begun_again_by_the_same_worker_at_once_and_by_no_other(
    app: Flask,
) -> None:
    """As after a restart of the database: the row still says that this worker runs the job."""
    ran: list[str] = []
    job = Job("new", "", lambda _now, worker: ran.append(worker) or 0)
    run_job(job, worker="one")
    with transaction():
        run = db.session.get_one(JobRun, "new")
        run.claimed_by, run.claimed_until = "one", datetime.now(UTC) + timedelta(minutes=5)
    run_job(job, worker="two")
    assert ran == ["one"]
    run_job(job, worker="one")
    run_job(job, worker="two")
    assert ran == ["one", "one", "two"]
