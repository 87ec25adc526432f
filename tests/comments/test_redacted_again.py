"""Comments of older rules are redacted again: once each, whatever dies, and with their labels as they were."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from survey_app.comments import operations
from survey_app.comments.models import Comment
from survey_app.comments.operations import analyse_comments, redact_comments_again
from survey_app.comments.queries import comments_to_redact_again
from survey_app.comments.redaction import OLDER_VERSIONS, REDACTION_VERSION
from survey_app.extensions import db, transaction
from survey_app.responses.given import GivenAnswers
from survey_app.responses.operations import invited, record_response
from survey_app.surveys.operations import publish_default_survey
from survey_app.work.jobs import run_due
from tests.factories import make_invitation, make_service

pytestmark = pytest.mark.usefixtures("app")
DAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
WROTE = "Sarah in housing never rang me on 07700 900123"
READ_BEFORE = "Sarah in housing never rang me on [phone number removed]"
READ_NOW = "[name removed] in housing never rang me on [phone number removed]"


@pytest.fixture(autouse=True)
def _written(app: Flask) -> None:
    """Three answers with the same words, redacted by rules that did not know names."""
    with transaction():
        survey, housing = publish_default_survey(NOW - timedelta(days=60)), make_service("housing")
        for _ in range(3):
            given = GivenAnswers({"satisfaction": "2"}, {"why": WROTE})
            record_response(invited(make_invitation(housing, survey, DAY)), given, now=NOW)
    analyse_comments(NOW, "test")
    with transaction():
        old = {"redacted_with": OLDER_VERSIONS[-1], "redacted_text": READ_BEFORE, "removed": ["phone number"]}
        db.session.execute(update(Comment).values(old | {"sentiment": "neutral"}))


def comments() -> list[Comment]:
    db.session.expire_all()
    return list(db.session.scalars(select(Comment).order_by(Comment.id)))


def test_a_comment_is_made_with_the_rules_of_the_day() -> None:
    with transaction():
        survey, waste = publish_default_survey(NOW), make_service("waste")
        given = GivenAnswers({"satisfaction": "2"}, {"why": WROTE})
        record_response(invited(make_invitation(waste, survey, DAY)), given, now=NOW)
    analyse_comments(NOW, "test")
    newest = comments()[-1]
    assert (newest.redacted_with, newest.redacted_text) == (REDACTION_VERSION, READ_NOW)


def test_the_job_redacts_every_older_comment_and_leaves_labels_as_they_were() -> None:
    assert comments_to_redact_again(NOW).waiting == 3
    assert run_due(["redact_again"]) == {"redact_again": 3}
    for comment in comments():
        assert (comment.redacted_text, comment.redacted_with) == (READ_NOW, REDACTION_VERSION)
        assert (comment.removed, comment.sentiment) == (["name", "phone number"], "neutral")
    assert comments_to_redact_again(NOW).waiting == 0
    assert run_due(["redact_again"]) == {"redact_again": 0}


def test_what_was_done_before_a_worker_died_is_not_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "BATCH", 2)
    assert redact_comments_again(NOW, "one that dies here") == 2
    assert comments_to_redact_again(NOW).waiting == 1
    assert redact_comments_again(NOW, "another") == 1
    assert {comment.redacted_text for comment in comments()} == {READ_NOW}


def test_a_text_that_nobody_can_decrypt_is_redacted_as_it_is_shown_and_stops_no_other() -> None:
    with transaction():
        db.session.execute(
            text("UPDATE answer_text SET raw = 'no key fits' WHERE id = (SELECT min(id) FROM answer_text)")
        )
    assert run_due(["redact_again"]) == {"redact_again": 3}
    first, *others = comments()
    assert first.redacted_text == READ_NOW
    assert first.removed == ["phone number", "name"]
    assert {other.redacted_text for other in others} == {READ_NOW}


def test_a_comment_of_rules_that_we_do_not_know_yet_is_left_alone() -> None:
    with transaction():  # an older version of the program runs beside a newer one
        db.session.execute(update(Comment).values(redacted_with="redaction-999"))
    assert run_due(["redact_again"]) == {"redact_again": 0}
    assert {comment.redacted_text for comment in comments()} == {READ_BEFORE}
