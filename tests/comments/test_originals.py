"""The original of a comment is opened by the data protection officer alone, for a reason, and each look is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from survey_app.accounts.models import User
from survey_app.audit.models import AuditLine
from survey_app.comments.models import Comment
from survey_app.comments.operations import analyse_comments
from survey_app.comments.originals.queries import comment_in
from survey_app.extensions import db, transaction
from survey_app.kernel.errors import NotFound
from survey_app.organisation.scope import Scope
from survey_app.responses.given import GivenAnswers
from survey_app.responses.models import ResponseState, SurveyResponse
from survey_app.responses.operations import invited, record_response
from survey_app.surveys.operations import publish_default_survey
from tests.conftest import PersonsClient
from tests.factories import make_council, make_invitation, make_service

NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
WROTE = "Ring Sarah <b>now</b> on 07700 900123"
SignIn = Callable[..., PersonsClient]
GIVEN = {"reason": "subject_access", "words": "Case 12"}


@pytest.fixture(autouse=True)
def comment(app: Flask) -> Comment:
    with transaction():
        make_council()
        survey, housing = publish_default_survey(NOW - timedelta(days=60)), make_service("housing")
        given = GivenAnswers({"satisfaction": "2"}, {"why": WROTE})
        record_response(invited(make_invitation(housing, survey, date(2026, 3, 10))), given, now=NOW)
    analyse_comments(NOW, "test")
    return db.session.scalars(select(Comment)).one()


def address(comment: Comment) -> str:
    return f"/comments/{comment.reference}/original"


def looks() -> list[AuditLine]:
    return list(db.session.scalars(select(AuditLine).where(AuditLine.action == "comment.original opened")))


def test_asking_shows_what_everybody_reads_and_opens_nothing(sign_in: SignIn, comment: Comment) -> None:
    page = sign_in("data_protection_officer").get(address(comment))
    assert page.status_code == 200
    assert "Ring [name removed] &lt;b&gt;now&lt;/b&gt; on [phone number removed]" in page.text
    assert "Taken out: name, phone number." in page.text
    assert "07700" not in page.text and "Sarah" not in page.text
    assert looks() == []


def test_for_a_reason_the_original_is_shown_escaped_once_and_kept_by_nobody(sign_in: SignIn, comment: Comment) -> None:
    page = sign_in("data_protection_officer").send_form(address(comment), **GIVEN)
    assert page.status_code == 200
    assert "Ring Sarah &lt;b&gt;now&lt;/b&gt; on 07700 900123" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    (look,) = looks()
    officer = db.session.scalars(select(User)).one()
    assert (look.subject, look.actor_id) == (comment.reference, str(officer.id))
    assert look.after == {"reason": "subject_access", "words": "Case 12"}


def test_the_audit_keeps_no_word_of_the_text_and_no_detail_typed_as_a_reason(sign_in: SignIn, comment: Comment) -> None:
    typed = {"reason": "other", "words": "Asked by Priya, priya@example.org"}
    assert sign_in("data_protection_officer").send_form(address(comment), **typed).status_code == 200
    (look,) = looks()
    assert look.after == {"reason": "other", "words": "Asked by [name removed], [email address removed]"}
    assert "900123" not in str(look.after) + look.subject


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose why you need to read it."),
        ({"reason": "curious"}, "Choose why you need to read it."),
        ({"reason": "other", "words": " "}, "Say in a few words what the reason is."),
        ({"reason": "risk", "words": "x" * 301}, "Use 300 characters or fewer."),
    ],
)
def test_without_a_reason_nothing_is_opened_and_nothing_typed_is_lost(
    sign_in: SignIn, comment: Comment, sent: dict[str, str], said: str
) -> None:
    page = sign_in("data_protection_officer").send_form(address(comment), **sent)
    assert page.status_code == 422
    assert said in page.text and "There is a problem" in page.text
    assert sent.get("words", "").strip() in page.text
    assert "07700" not in page.text
    assert looks() == []


@pytest.mark.parametrize("role", ["adviser", "service_manager", "cse_lead", "administrator", "assessor"])
def test_nobody_else_may_ask_or_open(sign_in: SignIn, comment: Comment, role: str) -> None:
    browser = sign_in(role, *(["housing"] if role in ("adviser", "service_manager") else []))
    assert browser.get(address(comment)).status_code == 403
    assert browser.send_form(address(comment), **GIVEN).status_code == 403
    assert browser.get("/comments/nothing/original").status_code == 403
    assert looks() == []


def test_who_has_not_signed_in_is_asked_to(client: PersonsClient, comment: Comment) -> None:
    assert "/accounts/sign-in" in client.get(address(comment)).location
    assert client.post(address(comment), data=GIVEN).status_code in {302, 400, 401, 403}
    assert looks() == []


def test_a_comment_that_is_not_there_and_one_that_does_not_count_look_alike(sign_in: SignIn, comment: Comment) -> None:
    officer = sign_in("data_protection_officer")
    missing = officer.send_form("/comments/nothing/original", **GIVEN)
    with transaction():
        db.session.scalars(select(SurveyResponse)).one().state = ResponseState.QUARANTINED
    held = officer.send_form(address(comment), **GIVEN)
    assert (missing.status_code, held.status_code) == (404, 404)
    assert officer.get(address(comment)).status_code == 404
    assert looks() == []


def test_out_of_scope_is_not_there(comment: Comment) -> None:
    assert comment_in(comment.reference, Scope(None)).comment.id == comment.id
    with pytest.raises(NotFound):
        comment_in(comment.reference, Scope(frozenset()))


def test_a_text_whose_key_is_gone_says_so_and_the_look_is_written_down(sign_in: SignIn, comment: Comment) -> None:
    with transaction():
        db.session.execute(text("UPDATE answer_text SET raw = 'no key fits'"))
    page = sign_in("data_protection_officer").send_form(address(comment), **GIVEN)
    assert page.status_code == 200
    assert "The original can no longer be read." in page.text
    assert len(looks()) == 1
