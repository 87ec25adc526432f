"""Ways of answering: each with its figure, tested against the web page, and what speaks against the comparison."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from survey_app.dashboards.modes.presenters import against_web
from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from survey_app.measures.queries import figures
from survey_app.organisation.channels import Mode
from survey_app.statistics.comparison import exact_test, holm
from tests.dashboards.conftest import Cast, SignIn
from tests.factories import make_answers

DAY = date(2024, 10, 10)
YEAR = date(2024, 4, 1), date(2025, 3, 31)
ADDRESS = "/dashboards/modes?period=2024/25"


@pytest.fixture
def ways(cast: Cast) -> Cast:
    """Beside 624 answers on the web page: 100 at a kiosk, few of them content, 60 by phone, few otherwise."""
    for mode, happy, unhappy in ((Mode.KIOSK, 60, 40), (Mode.PHONE, 55, 5), (Mode.SMS, 8, 0), (Mode.PAPER, 7, 0)):
        entered = mode in {Mode.PHONE, Mode.PAPER}
        make_answers(cast.survey, cast.waste, DAY, {"satisfaction": "5"}, happy, mode=mode, is_staff_entered=entered)
        make_answers(cast.survey, cast.waste, DAY, {"satisfaction": "1"}, unhappy, mode=mode, is_staff_entered=entered)
    db.session.commit()
    return cast


def text_of(client: FlaskClient, address: str = ADDRESS) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(BeautifulSoup(answer.get_data(as_text=True), "html.parser").get_text(" ").split())


def test_each_way_has_its_figure_its_share_and_its_difference_to_the_web_page(ways: Cast, sign_in: SignIn) -> None:
    by_mode = {each.group[0]: each for each in figures("satisfaction", *YEAR, by=["mode"], now=utc_now())}
    kiosk, web = by_mode["kiosk"], by_mode["web"]
    text = text_of(sign_in("lead"))
    assert "Kiosk" in text and "60.0%" in text and "of 100" in text
    assert kiosk.passport in sign_in("lead").get(ADDRESS).get_data(as_text=True)
    assert "Against the web page: Kiosk lower." in text
    changes = against_web([each for each in by_mode.values() if each.value is not None])
    raw = [exact_test(each.numerator or 0, each.base, web.numerator or 0, web.base).p_value for each in (kiosk,)]
    assert changes["kiosk"].p_value == raw[0]
    tested = {mode: change.p_value for mode, change in changes.items() if change.p_value is not None}
    assert [changes[mode].adjusted_p for mode in tested] == pytest.approx(holm([p for p in tested.values() if p]))
    assert "no difference that we can show" in text


def test_a_way_with_few_answers_is_not_shown_nor_what_would_give_it_away(ways: Cast, sign_in: SignIn) -> None:
    text = text_of(sign_in("lead"))
    assert "Not shown: Paper, entered by staff and Text message." in text
    assert "of 7" not in text


def test_what_speaks_against_the_comparison_stands_beside_it(ways: Cast, sign_in: SignIn) -> None:
    text = text_of(sign_in("lead"))
    assert "Who answers in which way is not left to chance" in text
    assert "The way moves answers by itself" in text


def test_with_one_way_there_is_nothing_to_compare(cast: Cast, sign_in: SignIn) -> None:
    text = text_of(sign_in("lead"))
    assert "Everybody answered in one way. There is nothing to compare." in text


def test_with_too_few_by_another_way_no_difference_is_denied(cast: Cast, sign_in: SignIn) -> None:
    make_answers(cast.survey, cast.waste, DAY, {"satisfaction": "5"}, 20, mode=Mode.KIOSK)
    db.session.commit()
    text = text_of(sign_in("lead"))
    assert "Too few used another than the web page to compare them with it." in text
    assert "not enough answers to compare" in text


def test_a_manager_sees_their_services_alone(ways: Cast, sign_in: SignIn) -> None:
    assert "Everybody answered in one way." in text_of(sign_in("manager"))


def test_before_the_first_answer_it_says_so(sign_in: SignIn) -> None:
    assert "No answers yet." in text_of(sign_in("lead"), "/dashboards/modes")
