"""Housing put officers at the front desk in September 2025: 26 of 40 were sorted before, 38 of 40 since."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from time_machine import TimeMachineFixture

from survey_app.accounts.models import User
from survey_app.actions.improvements.aims import Aim
from survey_app.actions.improvements.operations import Written, enter_improvement
from survey_app.actions.models import Improvement
from survey_app.extensions import transaction
from survey_app.kernel.periods import Period
from survey_app.measures.models import PublishedEdition
from survey_app.measures.operations import publish_edition
from survey_app.measures.queries import read_standing
from survey_app.measures.queries.published import editions, proposed_edition, publishable
from survey_app.organisation.models import Service
from survey_app.surveys.models import SurveyVersion
from tests.conftest import PersonsClient
from tests.factories import make_answers, make_council, make_service, make_survey, make_user

NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)
BEFORE, SINCE = date(2024, 11, 15), date(2025, 11, 15)


@pytest.fixture(autouse=True)
def _on_the_first_of_may(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def survey(app: Flask) -> SurveyVersion:
    with transaction():
        make_council()
        return make_survey()


@pytest.fixture
def housing(survey: SurveyVersion) -> Service:
    with transaction():
        housing = make_service("housing", "Housing")
        for months in range(2):
            answers(survey, housing, BEFORE.replace(month=11 + months), yes=9, no=5)
            answers(survey, housing, SINCE.replace(month=11 + months), yes=13, no=1)
        answers(survey, housing, BEFORE.replace(month=10), yes=8, no=4)
        answers(survey, housing, SINCE.replace(month=10), yes=12, no=0)
        return housing


@pytest.fixture
def improvement(housing: Service) -> Improvement:
    with transaction():
        return entered("housing")


@pytest.fixture
def writer(housing: Service) -> User:
    with transaction():
        return make_user("service_manager", "housing", email="manager@anyborough.example")


@pytest.fixture
def approver(housing: Service) -> User:
    with transaction():
        return make_user("cse_lead", email="lead@anyborough.example")


def entered(*services: str) -> Improvement:
    written = Written(
        "Officers at the front desk",
        "I had to explain everything three times.",
        "Housing officers work at the front desk.",
        date(2025, 9, 1),
    )
    return enter_improvement(written, Aim("resolved", services=services), now=datetime(2025, 8, 1, tzinfo=UTC))


def answers(survey: SurveyVersion, service: Service, day: date, *, yes: int, no: int) -> None:
    make_answers(survey, service, day, {"resolved": "yes", "satisfaction": "5"}, yes)
    make_answers(survey, service, day, {"resolved": "no", "satisfaction": "1"}, no)


def publish_year(measure: str = "resolved", label: str = "2025/26", now: datetime = NOW) -> PublishedEdition:
    """The tables of a measure and year, as their next edition."""
    year, standing = Period.parse(label), read_standing(now)
    found = proposed_edition(publishable(measure), year, editions(measure, year), standing=standing)
    return publish_edition(measure, year, seen=found.edition.digest, now=now)


def signed_in(app: Flask, user: User) -> PersonsClient:
    app.test_client_class = PersonsClient
    found = app.test_client()
    assert isinstance(found, PersonsClient)
    found.sign_in(user.email)
    return found
