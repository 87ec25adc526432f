"""What can be done with a comment: marked as a quote, followed up, taken away as a file."""

from __future__ import annotations

from datetime import date

import pytest
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from survey_app.actions.models import FollowUp, FollowUpSource
from survey_app.audit.models import AuditLine
from survey_app.comments.models import Comment, QuoteMark
from survey_app.extensions import db
from survey_app.responses.models import ContactConsent
from tests.dashboards.conftest import Cast, SignIn, make_comment
from tests.factories import NOON
from tests.test_templates import Inside

HERE = "/comments/?period=2024/25"


def comment_of(cast: Cast, service: str) -> Comment:
    return db.session.scalars(select(Comment).where(Comment.response_id == cast.responses[service].id)).one()


def press(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Post a form with the token of a page."""
    g.pop("csrf_token", None)  # of whoever pressed before
    token = next(
        field["value"] for field in Inside(client.get(HERE).text).all("input") if field["name"] == "csrf_token"
    )
    return client.post(path, data={"csrf_token": token or "", **fields})


def acts() -> list[str]:
    return list(db.session.scalars(select(AuditLine.action).order_by(AuditLine.id)))


def test_a_comment_is_marked_as_a_quote_once_and_unmarked_again(cast: Cast, sign_in: SignIn) -> None:
    lead, comment = sign_in("lead"), comment_of(cast, "waste")
    for _ in range(2):
        assert press(lead, f"/comments/{comment.reference}/quote", back=HERE).headers["Location"] == HERE
    assert db.session.scalar(select(func.count()).select_from(QuoteMark)) == 1
    assert "Marked as a quote by" in lead.get(HERE + "&marked=quote").text
    press(lead, f"/comments/{comment.reference}/unquote", back=HERE)
    assert "No comment matches." in lead.get(HERE + "&marked=quote").text
    assert acts() == ["comment.marked as quote", "comment.no quote any more"]


def test_only_who_pins_evidence_marks_quotes_and_only_in_scope(cast: Cast, sign_in: SignIn) -> None:
    comment = comment_of(cast, "waste")
    manager = sign_in("manager")
    assert press(manager, f"/comments/{comment.reference}/quote").status_code == 403
    assert "Mark as quote" not in manager.get(HERE).text
    assert press(manager, f"/comments/{comment.reference}/follow-up").status_code == 404


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"])
def test_no_form_leads_to_another_site(cast: Cast, sign_in: SignIn, back: str) -> None:
    comment = comment_of(cast, "waste")
    answer = press(sign_in("lead"), f"/comments/{comment.reference}/quote", back=back)
    assert answer.headers["Location"] == f"/comments/{comment.reference}"


def test_a_follow_up_opens_only_where_its_person_asked_to_be_contacted(cast: Cast, sign_in: SignIn) -> None:
    lead, comment = sign_in("lead"), comment_of(cast, "waste")
    assert ">Follow up<" not in lead.get(HERE).text
    press(lead, f"/comments/{comment.reference}/follow-up")
    assert "did not ask to be contacted, so nobody may call or write" in lead.get(HERE).text
    assert db.session.scalar(select(func.count()).select_from(FollowUp)) == 0
    consent = {"is_wanted": True, "details": "{}", "given_at": NOON, "keep_until": date(2030, 1, 1)}
    db.session.add(ContactConsent(response_id=comment.response_id, **consent))
    db.session.commit()
    assert ">Follow up<" in lead.get(HERE).text
    answer = press(lead, f"/comments/{comment.reference}/follow-up")
    opened = db.session.scalars(select(FollowUp)).one()
    assert answer.headers["Location"] == f"/actions/follow-ups/{opened.reference}"
    assert opened.source is FollowUpSource.COMMENT
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "follow-up.opened")).one()
    assert line.actor_kind == "user"
    assert f"Follow-up {opened.reference}" in lead.get(HERE + "&marked=follow_up").text
    assert press(lead, f"/comments/{comment.reference}/follow-up").headers["Location"] == answer.headers["Location"]


def test_the_file_holds_what_the_page_shows_and_no_formula(cast: Cast, sign_in: SignIn) -> None:
    make_comment(cast.responses["waste"], "=HYPERLINK(A1) bins", "negative")
    db.session.commit()
    lead = sign_in("lead")
    answer = press(lead, "/comments/csv?period=2024/25&text=bins+OR+nobody")
    text = answer.get_data().decode("utf-8-sig")
    assert answer.mimetype == "text/csv"
    assert "'=HYPERLINK(A1) bins" in text and ",=HYPERLINK" not in text
    assert "[phone number removed]" in text and "secret raw words" not in text
    assert len(text.splitlines()) == 4
    line = db.session.scalars(select(AuditLine)).one()
    assert (line.action, line.subject) == ("comments.downloaded", "3 comments")
    assert line.after == {"format": "csv", "rows": 3, "period": "2024/25", "text": "something"}
    press(lead, "/comments/csv?period=2024/25&sentiment=negative&sentiment=positive")
    line = db.session.scalars(select(AuditLine).order_by(AuditLine.id.desc())).first()
    assert line is not None
    assert (line.after or {})["sentiment"] == ["negative", "positive"]
    assert "text" not in (line.after or {})
    assert "Nobody" not in press(sign_in("admin"), "/comments/csv").text
