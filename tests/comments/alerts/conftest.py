"""A council that is asked, whose comments are read, and whose mail server is real."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from survey_app.accounts.models import User
from survey_app.comments.alerts.models import Alert, AlertKind
from survey_app.comments.alerts.operations import KindFacts, send_alerts, set_kind, watch_texts
from survey_app.comments.alerts.operations.setting import facts_of
from survey_app.comments.alerts.queries import kind_of
from survey_app.comments.operations import analyse_comments
from survey_app.extensions import db, transaction
from survey_app.organisation.models import Service
from survey_app.responses.models import AnswerText, SurveyResponse
from survey_app.settings import Settings
from survey_app.surveys.kinds import QuestionKind, TextType
from survey_app.surveys.models import Question, QuestionVersion, SurveyVersion
from tests.factories import NOON, make_answers, make_cast, make_survey
from tests.smtp import SmtpServer, smtp_server

THREAT = "I will stab you with a knife."


@dataclass
class Council:
    """What the tests of alerts do again and again."""

    server: SmtpServer
    survey: SurveyVersion
    lead: User

    def set(self, code: str = "threat", **facts: object) -> AlertKind:
        with transaction():
            before: KindFacts = facts_of(kind_of(code))
            return set_kind(code, replace(before, **facts), now=NOON, by=self.lead.id)

    def write(self, words: str, service: str = "housing", *, question: str = "why", **facts: object) -> SurveyResponse:
        """Somebody writes this; nothing has been read yet."""
        with transaction():
            about = db.session.scalars(select(Service).where(Service.code == service)).one()
            day = facts.pop("day", NOON.date())
            assert isinstance(day, date)
            (response,) = make_answers(self.survey, about, day, {"satisfaction": "1"}, **facts)
            asked = next(
                item.question_version for item in self.survey.items if item.question_version.question.code == question
            )
            response.texts.append(AnswerText(question_version_id=asked.id, raw=words))
        return response

    def work(self, now: datetime = NOON) -> None:
        """All that the jobs do at that moment."""
        while analyse_comments(now, "worker"):
            pass
        while watch_texts(now, "worker"):
            pass
        while send_alerts(now, "worker"):
            pass

    def alert(self, words: str = THREAT, service: str = "housing", **facts: object) -> Alert:
        """Somebody writes this, and the jobs run."""
        self.write(words, service, **facts)
        self.work()
        return self.alerts()[-1]

    @staticmethod
    def alerts() -> list[Alert]:
        return list(db.session.scalars(select(Alert).order_by(Alert.id)))

    def letters(self) -> list[tuple[str, str]]:
        return [(str(letter["To"]), str(letter["Subject"])) for letter in self.server.taken]


def _text_question(code: str, text_type: TextType | None) -> QuestionVersion:
    question = Question(code=code)
    return QuestionVersion(
        question=question, kind=QuestionKind.TEXT, wording=code, short_label=code, text_type=text_type
    )


@pytest.fixture
def council(app: Flask, settings: Settings) -> Iterator[Council]:
    with transaction():
        make_cast()
        survey = make_survey(more=[_text_question("why", TextType.WHY), _text_question("place", None)])
    lead = db.session.scalars(select(User).where(User.email == "lead@anyborough.example")).one()
    with smtp_server() as server:
        app.extensions["settings"] = replace(settings, mail_url=server.url)
        yield Council(server, survey, lead)


@pytest.fixture
def later() -> Callable[..., datetime]:
    return lambda **span: NOON + timedelta(**span)
