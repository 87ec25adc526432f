"""Anyborough with two years of answers, and keys for whoever asks for them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from time_machine import TimeMachineFixture
from werkzeug.test import TestResponse

from survey_app.accounts.keys.operations import make_key
from survey_app.comments.models import Comment, CommentTheme, Theme
from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from survey_app.kernel.periods import Period
from survey_app.measures.address import make_query
from survey_app.measures.operations import freeze_passport, publish_edition
from survey_app.measures.queries import read_standing
from survey_app.measures.queries.published import editions, proposed_edition, publishable
from survey_app.organisation.channels import Channel, CustomerKind
from survey_app.organisation.models import Service
from survey_app.responses.models import AnswerText, SurveyResponse
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.models import Option, Question, QuestionVersion
from tests.conftest import PersonsClient
from tests.databases import Database, Templates
from tests.factories import make_answers, make_council, make_service, make_survey

NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
YEAR = Period.parse("2025/26")
SPRING, AUTUMN = date(2025, 4, 10), date(2025, 10, 10)
READING = ["figures:read", "figures:published", "responses:read", "comments:read"]


def _comment(response: SurveyResponse, text: str, label: str, *themes: Theme) -> None:
    question = response.survey_version.items[0].question_version
    answer = AnswerText(response_id=response.id, question_version_id=question.id, raw=f"raw {text}")
    db.session.add(answer)
    db.session.flush()
    db.session.add(
        Comment(
            answer_text_id=answer.id,
            response_id=response.id,
            question_version_id=question.id,
            redacted_text=text,
            removed=[],
            sentiment=label,
            flags=[],
            method="test",
            analysed_at=NOW,
            themes=[CommentTheme(theme_id=theme.id, matched=[]) for theme in themes],
        )
    )


def _several() -> list[QuestionVersion]:
    """Questions of every other kind, none of which is answered by `make_answers`."""

    def question(code: str, kind: QuestionKind, *options: str) -> QuestionVersion:
        return QuestionVersion(
            question=Question(code=code),
            kind=kind,
            wording=code,
            short_label=code,
            options=[Option(position=n, code=option, label=option) for n, option in enumerate(options)],
        )

    return [
        question("reasons", QuestionKind.MULTIPLE_CHOICE, "bill", "move"),
        question("minutes", QuestionKind.NUMBER),
        question("born", QuestionKind.DATE),
        question("may-call", QuestionKind.CONSENT, "yes", "no"),
    ]


def make_years() -> None:
    """Waste with bins under it, council tax, and housing with too few to show; comments, an edition and a passport."""
    make_council()
    survey, waste = make_survey(more=_several()), make_service("waste")
    bins, tax = make_service("bins", parent_id=waste.id), make_service("tax", "Council tax")
    housing = make_service("housing")
    theme = Theme(code="missed", name="Missed collections", keywords="missed")
    db.session.add(theme)
    happy = make_answers(survey, waste, SPRING, {"satisfaction": "5", "timeliness": "4"}, 40)
    make_answers(survey, bins, SPRING, {"satisfaction": "2"}, 12, channel=None)
    make_answers(survey, tax, AUTUMN, {"satisfaction": "4"}, 50, channel=Channel.EMAIL, customer_group="over 65")
    make_answers(survey, tax, AUTUMN, {"satisfaction": "1"}, 12, channel=Channel.EMAIL, customer_group="under 65")
    make_answers(survey, tax, date(2024, 10, 10), {"satisfaction": "1"}, 30)
    few = make_answers(survey, housing, AUTUMN, {"satisfaction": "3"}, 7)
    make_answers(make_survey("partners", customer_kind=CustomerKind.PARTNER), tax, AUTUMN, {"satisfaction": "1"}, 11)
    for n, response in enumerate(happy[:12]):
        _comment(response, f"Bin {n} missed by [name removed]", "negative" if n else "positive", theme)
    for response in few[:3]:
        _comment(response, "Too slow", "negative")
    db.session.flush()
    standing, measure = read_standing(NOW), publishable("satisfaction")
    proposed = proposed_edition(measure, YEAR, editions("satisfaction", YEAR), standing=standing)
    publish_edition("satisfaction", YEAR, seen=proposed.edition.digest, now=NOW)
    freeze_passport(make_query("satisfaction", YEAR.first, YEAR.last, {"service": "waste"}), now=NOW)
    freeze_passport(make_query("satisfaction", YEAR.first, YEAR.last, {"customer_group": "over 65"}), now=NOW)


@pytest.fixture
def template(templates: Templates, kind: str, request: pytest.FixtureRequest) -> Database:
    """The years for who asks for them."""
    return templates.filled(kind, make_years) if "years" in request.fixturenames else templates.filled(kind)


@pytest.fixture
def years(app: Flask, time_machine: TimeMachineFixture) -> Flask:
    """The app with the years, on the day on which the last of them was published."""
    time_machine.move_to(NOW, tick=False)
    return app


@dataclass(frozen=True)
class Asker:
    """Another system with a key."""

    client: PersonsClient
    key: str

    def get(self, path: str, method: str = "GET", headers: dict[str, str] | None = None, **query: Any) -> TestResponse:
        sent = {"Authorization": f"Bearer {self.key}"} | (headers or {})
        return self.client.open(f"/api/v1{path}", method=method, headers=sent, query_string=query or None)

    def read(self, path: str, **query: Any) -> dict[str, Any]:
        """What is answered, which has to be done."""
        answer = self.get(path, **query)
        assert (answer.status_code, answer.mimetype) == (200, "application/json"), answer.text
        found: dict[str, Any] = json.loads(answer.data)
        return found

    def refused(self, path: str, **query: Any) -> tuple[int, str]:
        """Why it is not done: the status and the words of a problem."""
        answer = self.get(path, **query)
        assert answer.mimetype == "application/problem+json", answer.text
        found = json.loads(answer.data)
        assert found["status"] == answer.status_code
        return answer.status_code, found["detail"]

    def lines(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """The lines of a stream."""
        answer = self.get(path, headers={"Accept": "application/x-ndjson"}, **query)
        assert (answer.status_code, answer.mimetype) == (200, "application/x-ndjson")
        return [json.loads(line) for line in answer.text.splitlines()]


@pytest.fixture
def asker(app: Flask, client: PersonsClient) -> Callable[..., Asker]:
    """asker("responses:read", services=["waste"]) is a system with such a key; without scopes it may read all."""

    def make(*scopes: str, services: tuple[str, ...] = ()) -> Asker:
        made = make_key("Reporting", scopes or READING, days=30, services=services, now=utc_now())
        db.session.commit()
        return Asker(client, made.text)

    return make


@pytest.fixture
def a_response(years: Flask) -> Callable[[str], SurveyResponse]:
    """a_response("tax") is the first of a service."""

    def find(service: str) -> SurveyResponse:
        of_service = select(SurveyResponse).join(Service, Service.id == SurveyResponse.service_id)
        in_order = of_service.where(Service.code == service).order_by(SurveyResponse.id)
        return db.session.scalars(in_order.limit(1)).one()

    return find
