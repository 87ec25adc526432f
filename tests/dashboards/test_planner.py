"""The planner says what a year of asking can show, and what a wanted change would need."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from survey_app.extensions import db
from tests.dashboards.conftest import Cast, SignIn
from tests.factories import make_answers, make_service
from tests.statements import statements
from tests.test_templates import Inside

PAGE = "/dashboards/planner"


def text_of(client: FlaskClient, address: str = PAGE, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return " ".join(Inside(answer.get_data(as_text=True)).text.split())


def test_it_answers_for_two_points_by_service_the_one_that_lacks_most_first(cast: Cast, sign_in: SignIn) -> None:
    html = sign_in("lead").get(PAGE).get_data(as_text=True)
    text = " ".join(Inside(html).text.split())
    assert "No service gets enough answers in a year to show a change of 2 points." in text
    assert "All together have 631 and would need" in text
    assert html.index(">Housing options<") < html.index(">Waste and recycling<")
    assert "A change from 96.6% to 98.6% needs" in text  # 224 of 232
    assert "asking everybody brings about" in text and "which is not enough" in text


def test_another_change_can_be_asked_for_and_stands_in_the_address(cast: Cast, sign_in: SignIn) -> None:
    text = text_of(sign_in("lead"), f"{PAGE}?change=15")
    assert "to show a change of 15 points." in text
    assert "1 of 2 services get" in text or "2 of 2 services get" in text
    assert "A change from 96.6% to 81.6% would show" in text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("much", "Type a number of points, like 2 or 1.5."),
        ("", "Type a number of points, like 2 or 1.5."),
        ("0", "Choose a change from 0.1 to 50 points."),
        ("nan", "Choose a change from 0.1 to 50 points."),
        ("51", "Choose a change from 0.1 to 50 points."),
    ],
)
def test_a_change_that_cannot_be_planned_is_refused_at_its_field_and_kept(
    cast: Cast, sign_in: SignIn, change: str, words: str
) -> None:
    answer = sign_in("lead").get(f"{PAGE}?change={change}")
    assert answer.status_code == 400
    html = answer.get_data(as_text=True)
    assert words in html and f'value="{change}"' in html
    assert "to show a change of 2 points." in html


def test_services_with_too_few_answers_are_named_without_a_figure(cast: Cast, sign_in: SignIn) -> None:
    html = sign_in("lead").get(PAGE).get_data(as_text=True)
    assert "Not shown: Licensing and Planning." in " ".join(Inside(html).text.split())
    assert "100.0%" not in html.partition("<table>")[2]


def test_a_manager_plans_own_services_only(cast: Cast, sign_in: SignIn) -> None:
    text = text_of(sign_in("manager"))
    assert "Housing options" in text and "Waste" not in text


def test_before_the_first_answer_it_says_so(sign_in: SignIn) -> None:
    assert "No answers to plan from yet." in text_of(sign_in("lead"))


def test_only_those_who_may_see_results_open_it(cast: Cast, sign_in: SignIn, client: FlaskClient) -> None:
    assert sign_in("assessor").get(PAGE).status_code == 403
    assert "/dashboards/planner" in sign_in("lead").get("/dashboards/more").get_data(as_text=True)
    assert client.get(PAGE).status_code == 302


def test_more_services_do_not_mean_more_statements(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    with statements() as few:
        text_of(lead)
    for number in range(12):
        make_answers(cast.survey, make_service(f"extra-{number}"), date(2024, 7, 1), {"satisfaction": "5"}, 12)
    db.session.commit()
    with statements() as many:
        text_of(lead)
    assert len(many) == len(few) < 40
