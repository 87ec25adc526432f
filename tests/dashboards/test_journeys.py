"""The page of journeys: how many contacts one matter took."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from survey_app.extensions import db
from survey_app.organisation.models import Service
from tests.dashboards.conftest import Cast, SignIn
from tests.dashboards.test_measures import page_of, rows_of
from tests.dashboards.test_overview import words_of
from tests.factories import make_contact
from tests.statements import statements

PAGE = "/dashboards/journeys?period=2024/25"
AT = datetime(2024, 6, 3, 12, tzinfo=UTC)


def make_journeys(service: Service, contacts: int, people: int, *, reason: str = "Missed bin") -> None:
    """So many people who each contacted a service so many times about one reason."""
    for person in range(people):
        for day in range(contacts):
            ref = f"{service.code}-{reason}-{contacts}-{person}"
            make_contact(service, email=None, occurred_at=AT + timedelta(days=day), customer_ref=ref, reason=reason)
    db.session.commit()


def test_the_answer_comes_first_and_adds_up(cast: Cast, sign_in: SignIn) -> None:
    make_journeys(cast.waste, 1, 30)
    make_journeys(cast.housing, 2, 10)
    html = page_of(sign_in("lead"), PAGE)
    text, rows = words_of(html), rows_of(html)
    assert "75.0% of 40 journeys took one contact. 10 took more, 1 April 2024 to 31 March 2025." in text
    assert "A journey is all contacts of one person about the same reason" in text
    assert [row[:3] for row in rows[1:5]] == [
        ["1 contact", "30", "75.0%"],
        ["2 contacts", "10", "25.0%"],
        ["3 contacts", "0", "0.0%"],
        ["4 or more contacts", "0", "0.0%"],
    ]


def test_services_and_reasons_with_the_most_repeats_come_first(cast: Cast, sign_in: SignIn) -> None:
    make_journeys(cast.waste, 1, 30, reason="Missed bin")
    make_journeys(cast.housing, 2, 12, reason="Repair")
    rows = [row[:4] for row in rows_of(page_of(sign_in("lead"), PAGE))]
    assert rows[-2:] == [["Repair", "12", "12", "0.0%"], ["Missed bin", "30", "0", "100.0%"]]


def test_a_group_of_fewer_than_ten_has_no_share(cast: Cast, sign_in: SignIn) -> None:
    make_journeys(cast.waste, 1, 30, reason="Missed bin")
    make_journeys(cast.waste, 2, 9, reason="Hazard")
    rows = [row[:4] for row in rows_of(page_of(sign_in("lead"), PAGE))]
    # the larger one is hidden as well: else the nine could be had by subtraction
    assert rows[-2:] == [["Hazard", "9", "[c]", "[c]"], ["Missed bin", "30", "[c]", "[c]"]]


def test_who_sees_one_service_sees_its_journeys(cast: Cast, sign_in: SignIn) -> None:
    make_journeys(cast.waste, 1, 30)
    make_journeys(cast.housing, 2, 20)
    text = words_of(page_of(sign_in("manager"), PAGE))
    assert "0.0% of 20 journeys took one contact." in text
    assert "Waste" not in text


def test_without_journeys_it_says_what_is_needed(cast: Cast, sign_in: SignIn) -> None:
    text = words_of(page_of(sign_in("lead"), PAGE))
    assert "No journey can be told yet." in text
    assert "Import contacts with a reason" in text


def test_contacts_that_name_nobody_are_counted_beside(cast: Cast, sign_in: SignIn) -> None:
    make_contact(cast.waste, email=None, occurred_at=AT, reason="Missed bin")
    text = words_of(page_of(sign_in("lead"), PAGE))
    assert "1 contact names no person or no reason, and can belong to no journey." in text


def test_more_contacts_do_not_mean_more_statements(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    with statements() as few:
        page_of(lead, PAGE)
    make_journeys(cast.waste, 2, 20)
    make_journeys(cast.housing, 3, 20)
    with statements() as many:
        page_of(lead, PAGE)
    assert len(many) == len(few) < 20
