"""Questions at elements: asked, answered, settled, told by e-mail once a day, and changed for ten minutes."""

from __future__ import annotations

import email
from collections.abc import Callable
from datetime import datetime, timedelta
from email import policy
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from survey_app.evidence.assessors.operations import LONGEST_COMMENT, change_comment, take_back, tell_of_comments
from survey_app.evidence.assessors.small_counts import shown_counts
from survey_app.evidence.models import AssessorAccess, ElementComment
from survey_app.evidence.queries import element_by_number
from survey_app.extensions import db
from survey_app.kernel.errors import NotFound, Refused
from tests.conftest import PersonsClient
from tests.factories import NOON, make_user

SignIn = Callable[..., PersonsClient]
ELEMENT = "/evidence/cse/1.3.1"
QUESTIONS = "/evidence/assessors/questions"


def ask(person: PersonsClient, text: str, **values: str) -> int:
    return person.send_form(f"{ELEMENT}/comments", form_at=ELEMENT, text=text, **values).status_code


def test_a_question_is_a_gap_until_it_is_answered_and_settled(year: None, sign_in: SignIn) -> None:
    assessor, lead = sign_in("assessor"), sign_in("cse_lead")
    assert ask(assessor, "Who checks <b>this</b>?", kind="question") == 303
    assert ask(assessor, "Well done.", kind="remark") == 303
    assert "1 question waits for an answer." in lead.get(QUESTIONS).text
    assert "question open" in lead.get(ELEMENT).text
    assert "Who checks &lt;b&gt;this&lt;/b&gt;?" in lead.get(ELEMENT).text
    assert "Questions to the council: 1 open" in assessor.get("/evidence/sitting/cse").text
    assert ask(lead, "The service manager, each month.") == 303
    page = assessor.get(ELEMENT).text
    assert "The service manager, each month." in page and "The council" in page
    assert "/settled" not in page
    question = db.session.scalars(select(ElementComment).where(ElementComment.is_question)).one()
    there = f"/evidence/comments/{question.id}/settled"
    assert assessor.post(there, data={"settled": "yes"}).status_code in {400, 403}
    assert lead.send_form(there, form_at=ELEMENT, settled="yes").status_code == 303
    assert "No question is open." in lead.get(QUESTIONS).text
    lead.send_form(there, form_at=ELEMENT, settled="no")
    assert "1 question waits" in lead.get(QUESTIONS).text


@pytest.mark.parametrize(
    ("text", "said"), [(" ", "Write something first."), ("x" * (LONGEST_COMMENT + 1), "Use 4,000")]
)
def test_nothing_and_too_much_come_back_as_they_were_typed(year: None, sign_in: SignIn, text: str, said: str) -> None:
    assessor = sign_in("assessor")
    answer = assessor.send_form(f"{ELEMENT}/comments", form_at=ELEMENT, text=text, kind="remark")
    assert answer.status_code == 400
    assert said in answer.text and text.strip() in answer.text and 'value="remark"' in answer.text


def test_who_only_reads_writes_nothing(year: None, sign_in: SignIn) -> None:
    reader = sign_in("data_protection_officer")
    assert ask_directly(reader) == 404
    assert db.session.scalar(select(ElementComment.id)) is None


def ask_directly(person: PersonsClient) -> int:
    """As somebody would who has no form: with the token of another page's."""
    return person.send_form(f"{ELEMENT}/comments", form_at="/accounts/", text="Hello").status_code


def test_ones_own_words_are_changed_and_taken_back(year: None, sign_in: SignIn) -> None:
    assessor, other = sign_in("assessor"), sign_in("assessor")
    ask(assessor, "A slip of the pen")
    comment = db.session.scalars(select(ElementComment)).one()
    there = f"/evidence/comments/{comment.id}"
    assert other.get(there).status_code == 404
    assert assessor.send_form(there, text="").status_code == 400
    assert assessor.send_form(there, text="A question").status_code == 303
    assert "A slip" not in assessor.get(ELEMENT).text
    assert assessor.send_form(f"{there}/take-back", form_at=there).status_code == 303
    assert "Your comment was taken back." in assessor.get(ELEMENT).text
    assert db.session.scalar(select(ElementComment.id)) is None


def test_after_ten_minutes_words_stay(app: Flask, year: None) -> None:
    author, other = make_user("assessor"), make_user("assessor")
    comment = _said(author.id, is_assessors=True)
    change_comment(comment, "Later", author=author, now=NOON + timedelta(minutes=10))
    with pytest.raises(Refused):
        take_back(comment, author=author, now=NOON + timedelta(minutes=10, seconds=1))
    with pytest.raises(NotFound):
        take_back(comment, author=other, now=NOON)


def test_each_side_hears_of_the_other_once_a_day_and_of_nothing_that_was_said(app: Flask, year: None) -> None:
    lead, assessor = make_user("cse_lead", email="lead@anyborough.example"), make_user("assessor", email="a@b.example")
    db.session.scalars(select(AssessorAccess)).one().invited_by = lead.id
    _said(assessor.id, is_assessors=True)
    _said(assessor.id, is_assessors=True)
    outbox = app.extensions["settings"].instance_path / "outbox"

    def told(now: datetime) -> list[tuple[str, str]]:
        db.session.commit()
        before = set(outbox.glob("*.eml"))
        tell_of_comments(now, "worker")
        return sorted(_letter(path) for path in set(outbox.glob("*.eml")) - before)

    assert told(NOON + timedelta(minutes=9)) == [], "until then they may still be changed"
    first = NOON + timedelta(minutes=10)
    assert told(first) == [
        ("lead@anyborough.example", "2 new comments on the evidence for Customer Service Excellence")
    ]
    assert told(first) == []
    _said(assessor.id, is_assessors=True)
    _said(lead.id, is_assessors=False)
    answered = "1 new answer on the evidence for Customer Service Excellence"
    assert told(first + timedelta(hours=23)) == [("a@b.example", answered)]
    ((to, _subject),) = told(first + timedelta(hours=24, minutes=1))
    assert to == "lead@anyborough.example"


def _letter(path: Path) -> tuple[str, str]:
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert "secret words" not in message.as_string()
    return str(message["To"]), str(message["Subject"])


def _said(author: int, *, is_assessors: bool) -> ElementComment:
    element = element_by_number("cse", "1.3.1")
    comment = ElementComment(
        element_id=element.id, author_id=author, is_assessors=is_assessors, text="secret words", at=NOON
    )
    db.session.add(comment)
    db.session.flush()
    return comment


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ({"5": 30, "4": 12, "2": 15}, {"5": 30, "4": 12, "2": 15}),
        ({"5": 30, "4": 3, "2": 15}, {"5": None, "4": None, "2": 15}),  # 33 - 30 would tell of the three
        ({"5": 30, "4": 20, "2": 4, "1": 3}, {"5": 30, "4": 20, "2": None, "1": None}),
        ({"5": 30, "2": 4}, {"5": 30, "2": None}),
        ({}, {}),
    ],
)
def test_a_small_count_is_hidden_with_the_next_of_its_group(
    counts: dict[str, int], shown: dict[str, int | None]
) -> None:
    assert shown_counts(counts, lambda code: code in {"4", "5"}) == shown
