"""Anyborough with comments to check: some of which the machine is unsure, and a month of which a sample is drawn."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import cast

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from survey_app.accounts.models import User
from survey_app.comments.models import Comment, CommentTheme, Theme
from survey_app.extensions import db
from survey_app.organisation.models import Service
from survey_app.responses.models import AnswerText
from survey_app.surveys.kinds import QuestionKind, TextType
from survey_app.surveys.models import Question, QuestionVersion, SurveyVersion
from survey_app.work.models import Subject
from survey_app.work.operations import recount
from tests.conftest import PersonsClient
from tests.databases import Database, Templates
from tests.factories import NOON, make_answers, make_cast, make_survey, make_user

MARCH = date(2026, 3, 1)
APRIL_FIRST = datetime(2026, 4, 1, 9, tzinfo=UTC)
Write = Callable[..., Comment]


def make_ground() -> None:
    """The cast, a survey, and two themes."""
    make_cast()
    question = QuestionVersion(
        question=Question(code="why"),
        kind=QuestionKind.TEXT,
        text_type=TextType.WHY,
        wording="Why did you give that answer?",
        short_label="Why",
    )
    make_survey(more=[question])
    db.session.add(Theme(code="staff", name="Staff", keywords="staff", definition="How people were treated."))
    db.session.add(Theme(code="waiting", name="Waiting", keywords="wait"))


@pytest.fixture
def template(templates: Templates, kind: str) -> Database:
    return templates.filled(kind, make_ground)


@pytest.fixture
def write(app: Flask) -> Write:
    """write("It was fine", unsure=True) is one comment as the analysis leaves it."""
    survey = db.session.scalars(select(SurveyVersion)).one()
    services = {service.code: service for service in db.session.scalars(select(Service))}
    themes = {theme.code: theme for theme in db.session.scalars(select(Theme))}

    def written(
        text: str = "It was fine",
        sentiment: str | None = "positive",
        *found: str,
        day: date = date(2026, 3, 10),
        service: str = "housing",
        unsure: bool = False,
    ) -> Comment:
        (response,) = make_answers(survey, services[service], day, {"satisfaction": "4"})
        answer = AnswerText(
            response_id=response.id, question_version_id=survey.items[-1].question_version_id, raw="secret raw words"
        )
        db.session.add(answer)
        db.session.flush()
        comment = Comment(
            answer_text_id=answer.id,
            response_id=response.id,
            question_version_id=answer.question_version_id,
            redacted_text=text,
            removed=[],
            sentiment=sentiment,
            needs_review=unsure,
            flags=[],
            method="test-1",
            analysed_at=NOON,
            themes=[CommentTheme(theme_id=themes[code].id, matched=[]) for code in found],
        )
        db.session.add(comment)
        recount(Subject.COMMENTS, [(response.counts_on, response.service_id)])
        db.session.commit()
        return comment

    return written


@pytest.fixture
def person(app: Flask) -> Callable[..., tuple[User, PersonsClient]]:
    """person("Bea", "cse_lead") is a new colleague and their browser."""

    def made(name: str, role: str = "cse_lead", *services: str) -> tuple[User, PersonsClient]:
        user = make_user(role, *services, email=f"{name.lower()}@anyborough.example.org")
        user.name = name
        db.session.commit()
        app.test_client_class = PersonsClient
        client = cast(PersonsClient, app.test_client())
        assert client.sign_in(user.email).status_code == 302
        return user, client

    return made


def page_of(client: PersonsClient, address: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(address, follow_redirects=True)
    assert answer.status_code == status, (address, answer.status_code)
    return BeautifulSoup(answer.text, "html.parser")


def words(page: BeautifulSoup) -> str:
    return " ".join(page.get_text(" ").split())


def text_of(client: PersonsClient, address: str) -> str:
    return words(page_of(client, address))


def press(
    client: PersonsClient, address: str, status: int = 200, *, form_at: str = "/comments/review/", **fields: object
) -> str:
    """Send a form with the token of a page; what the page says that it ends on."""
    token = page_of(client, form_at).find("input", {"name": "csrf_token"})
    assert token is not None
    answer = client.post(address, data={"csrf_token": token["value"], **fields}, follow_redirects=True)
    assert answer.status_code == status, (address, answer.status_code)
    return words(BeautifulSoup(answer.text, "html.parser"))
