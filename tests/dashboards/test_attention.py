"""What needs attention: every card with why, since when and what next, and what was looked at and is well."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from survey_app.dashboards.attention.cards import since
from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from survey_app.measures.figures import Figure
from survey_app.measures.queries import figures
from survey_app.responses.models import ResponseState
from tests.dashboards.conftest import Cast, SignIn
from tests.factories import make_answers, make_service
from tests.statements import statements

PAGE = "/dashboards/attention?period=2024/25"
DAYS = date(2024, 4, 1), date(2025, 3, 31)


def page_of(client: FlaskClient, address: str = PAGE) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def words(page: BeautifulSoup) -> str:
    assert page.main is not None
    return " ".join(page.main.get_text(" ").split())


def cards(page: BeautifulSoup) -> dict[str, str]:
    return {card.h3.text: " ".join(card.get_text(" ").split()) for card in page.select("li.card") if card.h3}


@pytest.fixture
def fallen(cast: Cast) -> Cast:
    """Waste falls far below its target, and below what it was, in both of its last quarters."""
    for day in (date(2023, 9, 1), date(2023, 12, 1)):
        make_answers(cast.survey, cast.waste, day, {"satisfaction": "5"}, 150)
    for day in (date(2024, 9, 2), date(2024, 12, 2)):
        make_answers(cast.survey, cast.waste, day, {"satisfaction": "1"}, 80)
    db.session.commit()
    return cast


def test_a_card_says_why_since_when_and_who_could_do_what_next(fallen: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    page = page_of(lead)
    card = cards(page)["Waste and recycling fell"]
    assert "unlikely to be chance" in card
    assert "In every quarter shown since 2024/25 Q1." in card
    assert "nobody is entered as its manager" in card and "write it down, so that it is measured" in card
    links = [str(link["href"]) for link in page.select("li.card a")]
    assert "/comments/?period=2024%2F25&service=waste" in links
    assert "/dashboards/services/waste?period=2024%2F25" in links
    assert all(lead.get(link).status_code == 200 for link in links)


def test_every_service_below_its_target_stands_there_the_lowest_first(cast: Cast, sign_in: SignIn) -> None:
    for number, unhappy in ((1, 10), (2, 14), (3, 18)):
        service = make_service(f"low-{number}", name=f"Low {number}")
        make_answers(cast.survey, service, date(2024, 7, 1), {"satisfaction": "5"}, 40)
        make_answers(cast.survey, service, date(2024, 7, 1), {"satisfaction": "2"}, unhappy)
    make_answers(cast.survey, make_service("tiny"), date(2024, 7, 1), {"satisfaction": "2"}, 5)  # hidden with licensing
    db.session.commit()
    titles = [title for title in cards(page_of(sign_in("lead"))) if "target" in title]
    assert titles == ["Low 3 misses its target", "Low 2 misses its target", LOW, HOUSING]


LOW = "Low 1 misses its target"
HOUSING = "Housing options misses its target"


def test_the_manager_of_a_service_is_named(cast: Cast, sign_in: SignIn) -> None:
    card = cards(page_of(sign_in("lead")))[HOUSING]
    assert "manager@anyborough.example, who manages it:" in card


def test_what_was_looked_at_is_told_also_where_it_is_well(cast: Cast, sign_in: SignIn) -> None:
    text = words(page_of(sign_in("lead")))
    assert "2 compared: none fell." in text
    assert "judged: 1 at target" in text and "Follow-ups None late. well" in text.replace("  ", " ")
    assert "Held answers None waiting for review." in text
    assert "Who is heard No response rate is known yet." in text


def test_what_the_viewer_has_nothing_to_do_with_is_not_told(cast: Cast, sign_in: SignIn) -> None:
    text = words(page_of(sign_in("admin")))  # neither follows up nor reviews
    assert "Follow-ups" not in text and "Held answers" not in text
    assert "Write down what you change" not in text


def test_held_answers_wait_for_somebody(cast: Cast, sign_in: SignIn) -> None:
    held = make_answers(cast.survey, cast.waste, date(2024, 7, 1), {"satisfaction": "5"}, 3)
    for response in held:
        response.state = ResponseState.QUARANTINED
    db.session.commit()
    page = page_of(sign_in("lead"))
    assert "The first of them since 1 July 2024." in cards(page)["3 answers are held for review"]
    assert page.select_one('li.card a[href="/held/"]') is not None
    assert "None waiting for review." in words(page_of(sign_in("lead"), f"{PAGE}&service=housing"))


def test_where_all_is_well_the_page_says_so(cast: Cast, sign_in: SignIn) -> None:
    page = page_of(sign_in("lead"), f"{PAGE}&service=waste&channel=phone")
    assert "Nothing needs attention today." in words(page) and not page.select("li.card")
    assert "What was looked at" in words(page)


def test_too_few_answers_are_not_called_well(cast: Cast, sign_in: SignIn) -> None:
    text = words(page_of(sign_in("lead"), "/dashboards/attention?period=2020-01"))
    assert "Too few answers to say what needs attention." in text
    assert "None has enough answers of both years to be compared. not judged" in text


def test_the_overview_leads_here_with_the_same_choice_and_the_page_back(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    overview = page_of(lead, "/dashboards/?period=2024/25&service=housing")
    link = overview.find("a", string="All that was looked at, and who could do what next")
    assert link is not None and link["href"] == "/dashboards/attention?period=2024%2F25&service=housing"
    back = page_of(lead, str(link["href"])).select("nav.crumbs a")
    assert [each["href"] for each in back] == ["/dashboards/?period=2024%2F25&service=housing"]


def test_a_run_ends_where_it_was_not_so_and_what_is_hidden_ends_none(cast: Cast) -> None:
    quarters = figures("satisfaction", *DAYS, by=["quarter"], where={"service": "housing"}, now=utc_now())
    shown = [quarter for quarter in quarters if quarter.value is not None]
    assert len(shown) == 3

    def is_any(quarter: Figure) -> bool:
        return True

    def is_late(quarter: Figure) -> bool:
        return quarter.period.first > shown[0].period.first

    assert since(quarters, is_any) == shown[0].period  # the last quarter has no answers
    assert since(quarters, is_late) == shown[1].period
    assert since(quarters, lambda quarter: not is_late(quarter)) is None


def test_a_manager_sees_their_own_and_only_who_may_see_results_opens_it(
    cast: Cast, sign_in: SignIn, client: FlaskClient
) -> None:
    text = words(page_of(sign_in("manager")))
    assert "Housing options" in text and "Waste" not in text
    assert sign_in("manager").get(f"{PAGE}&service=waste").status_code == 404
    assert sign_in("assessor").get(PAGE).status_code == 403
    assert client.get(PAGE).location.startswith("/accounts/sign-in")


def test_before_the_first_answer_the_first_step_is_named(sign_in: SignIn) -> None:
    assert "No answers yet." in words(page_of(sign_in("lead"), "/dashboards/attention"))


def test_more_services_do_not_mean_more_statements(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    with statements() as few:
        page_of(lead)
    for number in range(8):
        service = make_service(f"extra-{number}")
        make_answers(cast.survey, service, date(2024, 7, 1) + timedelta(days=number), {"satisfaction": "1"}, 40)
    db.session.commit()
    with statements() as many:
        page_of(lead)
    assert len(many) == len(few) < 130
