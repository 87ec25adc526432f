"""Anyborough after a year: eight months and three services, one of them too small to show, and who may see what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app.accounts.models import SignedInBy, User
from survey_app.accounts.sessions.operations import begin_session
from survey_app.accounts.sessions.queries import KEY
from survey_app.comments.models import Comment, CommentTheme, Theme
from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from survey_app.measures.models import Target
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Service
from survey_app.responses.models import AnswerText, SurveyResponse
from survey_app.statistics.target_status import Comparator
from survey_app.surveys.models import SurveyVersion
from survey_app.work.models import Subject
from survey_app.work.operations import recount
from tests.databases import Database, Templates
from tests.factories import NOON, make_answers, make_cast, make_survey

SMALL_BASE = 7  # licensing has so few answers that nothing of it may be shown


class Browser(FlaskClient):
    """A test's app context outlives a request; what the last request knew of its viewer must not."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        for name in ("_login_user", "staff_session"):
            g.pop(name, None)
        return super().open(*args, **kwargs)


SignIn = Callable[[str], FlaskClient]


@dataclass
class Cast:
    survey: SurveyVersion
    housing: Service
    waste: Service
    responses: dict[str, SurveyResponse]


def make_comment(response: SurveyResponse, text: str, sentiment: str | None = "positive", *themes: Theme) -> Comment:
    """A comment as the analysis leaves it."""
    question = response.survey_version.items[0].question_version
    answer = AnswerText(response_id=response.id, question_version_id=question.id, raw="secret raw words")
    db.session.add(answer)
    db.session.flush()
    comment = Comment(
        answer_text_id=answer.id,
        response_id=response.id,
        question_version_id=question.id,
        redacted_text=text,
        removed=[],
        sentiment=sentiment,
        needs_review=False,
        flags=[],
        method="test",
        analysed_at=NOON,
        themes=[CommentTheme(theme_id=theme.id, matched=[]) for theme in themes],
    )
    db.session.add(comment)
    recount(Subject.COMMENTS, [(response.counts_on, response.service_id)])
    return comment


def make_staff() -> None:
    """A council and its staff, before any answer."""
    make_cast()


def make_year() -> None:
    """Answers of 2024/25, and of the year before for the change."""
    services = {service.code: service for service in db.session.scalars(db.select(Service))}
    survey = make_survey()
    db.session.add(
        Target(
            measure="satisfaction",
            value=0.9,
            comparator=Comparator.OVER,
            valid_from=date(2023, 4, 1),
            entered_at=datetime(2023, 4, 1, tzinfo=UTC),
        )
    )
    theme = Theme(code="call_back", name="Call backs and replies", keywords="call back")
    db.session.add(theme)
    db.session.flush()
    for month in range(4, 12):
        for code, happy, unhappy in (("housing", 30, 6), ("waste", 28, 1), ("planning", 12, 1)):
            day = date(2024, month, 10)
            first, *_ = make_answers(survey, services[code], day, {"satisfaction": "5", "timeliness": "4"}, happy)
            make_answers(survey, services[code], day, {"satisfaction": "2"}, unhappy, channel=Channel.EMAIL)
            if month == 11 and code == "housing":
                make_comment(first, "Nobody rang me back on [phone number removed]", "negative", theme)
            if month == 11 and code == "waste":
                make_comment(first, "Bins <b>gone</b> by 8, 100% happy", "positive")
    make_answers(survey, services["housing"], date(2023, 6, 1), {"satisfaction": "4"}, 20)
    make_answers(survey, services["housing"], date(2023, 6, 1), {"satisfaction": "1"}, 20)
    make_answers(survey, services["waste"], date(2023, 6, 1), {"satisfaction": "4"}, 35)
    make_answers(survey, services["housing"], date(2024, 5, 3), {"satisfaction": "dk"}, 4)
    make_answers(survey, services["licensing"], date(2024, 6, 5), {"satisfaction": "4"}, SMALL_BASE)


@pytest.fixture
def template(templates: Templates, kind: str, request: pytest.FixtureRequest) -> Database:
    """The same council before its first answer and, for who asks for the cast, after its year."""
    steps = (make_staff, make_year) if "cast" in request.fixturenames else (make_staff,)
    return templates.filled(kind, *steps)


@pytest.fixture
def cast(app: Flask) -> Cast:
    """The survey, the services, and the answers that comments hang on."""
    services = {service.code: service for service in db.session.scalars(db.select(Service))}
    commented = db.session.scalars(db.select(SurveyResponse).join(Comment, Comment.response_id == SurveyResponse.id))
    names = {service.id: code for code, service in services.items()}
    return Cast(
        survey=db.session.scalars(db.select(SurveyVersion)).one(),
        housing=services["housing"],
        waste=services["waste"],
        responses={names[response.service_id]: response for response in commented},
    )


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser in which nobody has signed in."""
    app.test_client_class = Browser
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> SignIn:
    """A browser in which this person has signed in."""

    def signed_in(who: str) -> FlaskClient:
        app.test_client_class = Browser
        client = app.test_client()
        user = db.session.scalars(db.select(User).where(User.email == f"{who}@anyborough.example")).one()
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = user.fs_uniquifier, True
            _row, session[KEY] = begin_session(user, SignedInBy.PASSWORD, device="a browser", now=utc_now())
        db.session.commit()
        return client

    return signed_in
