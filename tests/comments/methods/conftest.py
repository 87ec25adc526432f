"""A council whose residents wrote something, judged long ago by a method that is used no more."""

from __future__ import annotations

from datetime import date
from typing import Any, Protocol

import pytest
from flask import Flask
from sqlalchemy import select

from survey_app.comments.models import Comment
from survey_app.extensions import db
from survey_app.organisation.models import Service
from survey_app.responses.models import AnswerText
from survey_app.surveys.models import SurveyVersion
from survey_app.work.models import Subject
from survey_app.work.operations import recount
from tests.databases import Database, Templates
from tests.factories import NOON, make_answers, make_cast, make_survey

OLD = "rules-0+00000000"


class MakeComment(Protocol):
    def __call__(
        self, text: str, sentiment: str | None, day: date, service: Service = ..., **facts: Any
    ) -> Comment: ...


@pytest.fixture
def template(templates: Templates, kind: str) -> Database:
    return templates.filled(kind, make_cast)


@pytest.fixture
def service(app: Flask) -> Service:
    return db.session.scalars(select(Service).where(Service.code == "housing")).one()


@pytest.fixture
def survey(app: Flask) -> SurveyVersion:
    return make_survey()


@pytest.fixture
def comment(survey: SurveyVersion, service: Service) -> MakeComment:
    """Make a comment as an old method left it."""
    home = service

    def make(text: str, sentiment: str | None, day: date, service: Service = home, **facts: Any) -> Comment:
        (response,) = make_answers(survey, service, day, {"satisfaction": "5"})
        question = survey.items[0].question_version_id
        answer = AnswerText(response_id=response.id, question_version_id=question, raw=text)
        db.session.add(answer)
        db.session.flush()
        defaults = {"method": OLD, "removed": [], "flags": [], "polarity": 0.0, "confidence": 0.9, "analysed_at": NOON}
        made = Comment(
            answer_text_id=answer.id,
            response_id=response.id,
            question_version_id=question,
            redacted_text=text,
            sentiment=sentiment,
            **defaults | facts,
        )
        db.session.add(made)
        recount(Subject.COMMENTS, [(day, service.id)])
        db.session.flush()
        return made

    return make


def facts_of(comment: Comment) -> tuple[Any, ...]:
    """All of a comment that a method decides."""
    return (
        comment.sentiment,
        comment.polarity,
        comment.confidence,
        comment.needs_review,
        tuple(comment.flags),
        comment.language,
        comment.method,
        comment.analysed_at,
    )
