"""What people answered to each question: distributions with their bases, few answers hidden, no text and no consent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from survey_app.dashboards.questions.counts import Spread, spread
from survey_app.extensions import transaction
from survey_app.organisation.channels import CustomerKind
from survey_app.responses.given import GivenAnswers
from survey_app.responses.operations import by_link, record_response
from survey_app.surveys.bank import GROUPS
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.operations import publish_survey, start_survey
from survey_app.surveys.structure import Item, SurveyStructure
from tests.dashboards.conftest import Cast, SignIn
from tests.factories import NOON, make_link
from tests.statements import statements

PAGE = "/dashboards/questions/visits?period=2025/26"
OFFERED = {question.code: question for group in GROUPS.values() for question in group}
ASKED = (
    "satisfaction",
    "ways_tried",
    "matters_most",
    "waited_minutes",
    "first_told_on",
    "place_visited",
    "may_contact",
)


@pytest.fixture
def answered(cast: Cast) -> SurveyVersion:
    """Twelve answers about waste, nine of which say how long they waited."""
    with transaction():
        items = tuple(Item(OFFERED[code]) for code in ASKED)
        structure = SurveyStructure("visits", "Visits", CustomerKind.RESIDENT, "", items)
        version = publish_survey(start_survey(structure, "Made", now=NOON), now=NOON - timedelta(days=30))
        link = make_link(cast.waste, version)
        for n in range(12):
            values = {
                "ways_tried": ("web", "phone") if n < 3 else ("none",),
                "matters_most": ("quick", "right") if n < 9 else ("right", "quick"),
                "first_told_on": (f"2026-0{1 + n % 2}-05",),
            }
            given = GivenAnswers(
                {"satisfaction": "5" if n < 9 else "dk", "may_contact": "yes"},
                {"place_visited": "A secret place"},
                values | ({"waited_minutes": (str(n),)} if n < 9 else {}),
            )
            record_response(by_link(link, version, submission_key=f"page {n}", at=NOON), given, now=NOON)
    return version


def blocks(client: FlaskClient, address: str = PAGE) -> dict[str, str]:
    """The words of each question's section, by its heading."""
    page = client.get(address)
    assert page.status_code == 200
    sections = BeautifulSoup(page.text, "html.parser").select("section.block")
    return {section.h2.text: " ".join(section.get_text(" ").split()) for section in sections if section.h2}


def test_each_question_has_its_distribution_with_the_number_of_people_who_answered(
    answered: SurveyVersion, sign_in: SignIn
) -> None:
    shown = blocks(sign_in("lead"))
    assert "Very satisfied 9 75.0%" in shown[OFFERED["satisfaction"].wording]
    assert "I do not know outside the base of figures 3 25.0%" in shown[OFFERED["satisfaction"].wording]
    assert "12 answered" in shown[OFFERED["ways_tried"].wording]
    assert "The website 3 25.0%" in shown[OFFERED["ways_tried"].wording]
    ranking = shown[OFFERED["matters_most"].wording]
    assert ranking.index("A quick answer 1.2 12") < ranking.index("A right answer 1.8 12")
    months = shown[OFFERED["first_told_on"].wording]
    assert "January 2026 6 50.0%" in months and "February 2026 6 50.0%" in months


def test_few_answers_are_hidden_and_texts_and_consent_never_shown(answered: SurveyVersion, sign_in: SignIn) -> None:
    client = sign_in("lead")
    shown = blocks(client)
    waited = shown[OFFERED["waited_minutes"].wording]
    assert "fewer than 10 answered" in waited and "Median" not in waited
    assert OFFERED["place_visited"].wording not in shown and OFFERED["may_contact"].wording not in shown
    assert "A secret place" not in client.get(PAGE).text


def test_nobody_sees_answers_outside_their_services_nor_of_no_survey(answered: SurveyVersion, sign_in: SignIn) -> None:
    assert "Nobody answered in this choice." in sign_in("manager").get(PAGE).text
    client = sign_in("lead")
    assert "Other surveys that were answered" not in client.get(PAGE).text
    assert client.get(PAGE.replace("visits", "no-such-survey")).status_code == 404
    assert client.get(PAGE.replace("2025/26", "never")).status_code == 400


def test_the_number_of_statements_does_not_depend_on_the_number_of_questions(
    answered: SurveyVersion, sign_in: SignIn
) -> None:
    client = sign_in("lead")
    assert client.get(PAGE).status_code == 200
    with statements() as sent:
        client.get(PAGE)
    assert len(sent) <= 20


def test_quartiles_are_those_of_a_spreadsheet() -> None:
    assert spread({}) is None
    assert spread({10.0: 1}) == Spread(10, 10, 10, 10, 10)
    assert spread({1.0: 1, 2.0: 2, 4.0: 1}) == Spread(1, 1.75, 2, 2.5, 4)
