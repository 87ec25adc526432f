"""Asha was not satisfied with housing and may be contacted; its manager owns the follow-ups of housing."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from time_machine import TimeMachineFixture

from survey_app.accounts.models import User
from survey_app.actions.followups.operations import open_follow_ups, set_owner
from survey_app.actions.models import FollowUp
from survey_app.extensions import db, transaction
from survey_app.organisation.models import Service
from survey_app.responses.afterwards.operations import allow_contact
from survey_app.responses.models import SurveyResponse
from survey_app.surveys.models import SurveyVersion
from tests.factories import make_answers, make_council, make_service, make_survey, make_user

NOW = datetime(2026, 3, 12, 12, 0, tzinfo=UTC)  # a Thursday
DAY = date(2026, 3, 10)
EMAIL = {"email": "asha@example.org"}


@pytest.fixture(autouse=True)
def _on_thursday(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def housing(app: Flask) -> Service:
    with transaction():
        make_council()
        return make_service("housing", "Housing options")


@pytest.fixture
def survey(housing: Service) -> SurveyVersion:
    with transaction():
        return make_survey()


@pytest.fixture
def manager(housing: Service) -> User:
    """Owns the follow-ups of housing."""
    with transaction():
        user = make_user("service_manager", "housing", email="manager@anyborough.example")
        set_owner(housing.id, user.id, now=NOW)
        return user


@pytest.fixture
def response(survey: SurveyVersion, housing: Service) -> SurveyResponse:
    """Asha's answer: very dissatisfied; she has said nothing of being contacted."""
    with transaction():
        return answer(survey, housing, "1")


@pytest.fixture
def follow_up(response: SurveyResponse, manager: User) -> FollowUp:
    """The follow-up of Asha's answer, just opened."""
    consent(response)
    assert open_follow_ups(NOW, "test") == 1
    return the_follow_up()


def answer(survey: SurveyVersion, service: Service, score: str, **facts: object) -> SurveyResponse:
    return make_answers(survey, service, DAY, {"satisfaction": score}, submitted_at=NOW, **facts)[0]


def consent(response: SurveyResponse, details: dict[str, str] | None = None) -> None:
    """Its person wants to be contacted."""
    with transaction():
        allow_contact(response, details or EMAIL, now=NOW)


def the_follow_up() -> FollowUp:
    return db.session.scalars(select(FollowUp).execution_options(populate_existing=True)).one()


def all_follow_ups() -> list[FollowUp]:
    return list(db.session.scalars(select(FollowUp).execution_options(populate_existing=True)))
