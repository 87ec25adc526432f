"""What would move satisfaction? The page shows what the analysis carries, and says what it would need."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from survey_app.extensions import db
from survey_app.measures.drivers import DRIVERS
from survey_app.surveys.operations import publish_default_survey
from tests.dashboards.conftest import Cast, SignIn
from tests.dashboards.test_overview import page_of, words_of
from tests.factories import NOON, make_answers, make_service
from tests.measures.test_drivers import made_up
from tests.statements import statements
from tests.test_templates import Inside

PAGE = "/dashboards/drivers?period=2024/25"


@pytest.fixture
def answered(cast: Cast) -> Cast:
    """300 complete answers about housing, in which timeliness goes with satisfaction most."""
    survey = publish_default_survey(NOON)
    for pattern, n in made_up(300).items():
        scores = (f"{score:.0f}" for score in pattern if score)
        answers = dict(zip(("satisfaction", *DRIVERS), scores, strict=True))
        make_answers(survey, cast.housing, date(2024, 6, 3), answers, n)
    db.session.commit()
    return cast


def test_the_driver_that_stands_apart_is_named_and_nothing_is_called_a_cause(answered: Cast, sign_in: SignIn) -> None:
    text = words_of(page_of(sign_in("lead"), PAGE + "&service=housing"))
    assert "Timeliness goes with satisfaction most:" in text
    assert "Indicative: 300 complete answers, and we rely on it from 400." in text
    assert "not proof that it causes it" in text


def test_every_driver_has_importance_share_and_passport(answered: Cast, sign_in: SignIn) -> None:
    html = page_of(sign_in("lead"), PAGE + "&service=housing")
    links = {link.get("href") for link in Inside(html).all("a")}
    for name in DRIVERS:
        assert f"/figures/{name}~2024-04-01~2025-03-31~service.housing" in links
    assert "Share of what these questions explain" in html


def test_below_200_complete_answers_nothing_is_weighed_and_the_page_says_what_to_do(
    answered: Cast, sign_in: SignIn
) -> None:
    html = page_of(sign_in("lead"), PAGE + "&service=waste")
    text = words_of(html)
    assert "Too few answers to say what matters most:" in text
    assert "All services and channels" in text and "With the MORI 2004 weights instead" in text
    assert "Share of what these questions explain" not in html


def test_the_weights_of_2004_are_labelled_and_not_mixed_with_ours(answered: Cast, sign_in: SignIn) -> None:
    text = words_of(page_of(sign_in("lead"), PAGE + "&weights=mori-2004&service=housing"))
    assert "By the MORI 2004 weights" in text and "They say nothing about your residents." in text
    assert "goes with satisfaction most" not in text
    assert "30.0%" in text and "Correlation" not in text


@pytest.mark.parametrize("arguments", ["&weights=mine", "&axis=none", "&channel=owl"])
def test_what_cannot_be_chosen(answered: Cast, sign_in: SignIn, arguments: str) -> None:
    assert sign_in("lead").get(PAGE + arguments).status_code == 400


def test_another_s_service_looks_missing(answered: Cast, sign_in: SignIn) -> None:
    assert sign_in("manager").get(PAGE + "&service=waste").status_code == 404


def test_before_the_first_answer_the_page_says_so(app: object, sign_in: SignIn) -> None:
    assert "No answers yet." in words_of(page_of(sign_in("lead"), "/dashboards/drivers"))


def test_who_may_not_see_results_sees_nothing_here(answered: Cast, sign_in: SignIn) -> None:
    assert sign_in("assessor").get(PAGE).status_code == 403


def test_the_overview_leads_here_with_the_same_choice(answered: Cast, sign_in: SignIn) -> None:
    html = page_of(sign_in("lead"), "/dashboards/?period=2024/25&service=housing")
    assert "/dashboards/drivers?period=2024%2F25&service=housing" in {
        link.get("href") for link in Inside(html).all("a")
    }


def test_more_services_do_not_mean_more_statements(answered: Cast, sign_in: SignIn) -> None:
    def counted(client: FlaskClient) -> int:
        with statements() as seen:
            page_of(client, PAGE)
        return len(seen)

    lead = sign_in("lead")
    few = counted(lead)
    for number in range(12):
        make_answers(answered.survey, make_service(f"extra-{number}"), date(2024, 7, 1), {"satisfaction": "5"}, 12)
    db.session.commit()
    assert counted(lead) == few < 40
