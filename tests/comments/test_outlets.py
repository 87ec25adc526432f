"""A comment leaves staff only where the rule of small numbers is held: an outlet that is new has to be named here."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from survey_app.comments.models import Comment
from survey_app.comments.operations import analyse_comments
from survey_app.comments.picking import too_few
from survey_app.extensions import db, transaction
from survey_app.responses.given import GivenAnswers
from survey_app.responses.operations import invited, record_response
from survey_app.settings import PROJECT_ROOT
from survey_app.statistics.suppression import MINIMUM_BASE
from survey_app.surveys.operations import publish_default_survey
from survey_app.web.access import PUBLIC, access_of
from tests.conftest import PersonsClient
from tests.factories import make_council, make_invitation, make_service

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
WORD = "quillfeather"
# Who reads the words of comments outside the rooms of staff, and what holds the rule of small numbers there.
OUTSIDE = {
    "evidence/exhibits/queries.py": "quotes are picked of 10 comments or more: picking.too_few",
    "evidence/assessors/rows/queries.py": "words stand beside rows of 10 comments or more: _are_enough_words",
    "api/rows/presenters.py": "for systems of the council within their services; none where fewer than 10 fit",
    "privacy/people/presenters/rows.py": "what somebody wrote is told to themselves",
    "privacy/people/queries/holdings.py": "finds somebody's reference in what others wrote",
    "privacy/people/operations/erasing.py": "takes it out",
    "privacy/people/operations/anonymising.py": "deletes them",
    "demo/operations/loading.py": "picks made-up comments that staff of a demo pass on as praise",
    "privacy/purging/queries.py": "counts those that are left, and deletes them",
}
FOR_STAFF = {
    "actions/followups",
    "actions/improvements",
    "actions/praise",
    "admin/themes",
    "comments",
    "dashboards",
    "exports",
}


def test_every_place_that_reads_the_words_of_comments_is_for_staff_or_holds_the_rule() -> None:
    source = PROJECT_ROOT / "survey_app"
    reading = {
        str(file.relative_to(source))
        for file in source.rglob("*.py")
        if re.search(r"\bredacted_text\b", file.read_text(encoding="utf-8"))
    }
    outside = {file for file in reading if not any(file.startswith(f"{room}/") for room in FOR_STAFF)}
    assert outside == set(OUTSIDE)


def test_what_residents_wrote_before_redaction_is_read_where_it_becomes_a_comment_and_for_the_officer() -> None:
    source = PROJECT_ROOT / "survey_app" / "comments"
    reading = {
        str(file.relative_to(source))
        for file in source.rglob("*.py")
        if re.search(r"\b(?:text|answer_text)\.raw\b", file.read_text(encoding="utf-8"))
    }
    assert reading == {
        "operations.py",
        "originals/operations.py",
        "alerts/operations/raising.py",
        "alerts/presenters.py",
    }


@pytest.mark.parametrize(("of", "is_hidden"), [(MINIMUM_BASE - 1, True), (MINIMUM_BASE, False)])
def test_of_fewer_than_ten_comments_nothing_is_quoted(of: int, is_hidden: bool) -> None:
    assert (too_few(of) is not None) == is_hidden


def test_no_public_page_shows_a_word_of_a_comment(app: Flask, client: PersonsClient) -> None:
    with transaction():
        make_council()
        survey, housing = publish_default_survey(NOW - timedelta(days=60)), make_service("housing")
        for _ in range(12):
            given = GivenAnswers({"satisfaction": "2"}, {"why": f"The {WORD} was late"})
            record_response(invited(make_invitation(housing, survey, date(2026, 3, 10))), given, now=NOW)
    analyse_comments(NOW, "test")
    assert WORD in db.session.scalars(select(Comment.redacted_text)).all()[0]
    visited = 0
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments and access_of(app, rule.endpoint) == PUBLIC:
            page = client.get(rule.rule, buffered=True)  # closes files that it sends
            assert page.status_code < 500
            assert WORD not in page.text
            visited += 1
    assert visited > 5
