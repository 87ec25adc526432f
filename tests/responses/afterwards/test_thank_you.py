"""The thank-you: it has arrived, and what now?"""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from time_machine import TimeMachineFixture

from survey_app.extensions import db, transaction
from survey_app.kernel.tokens import CODE_ALPHABET
from survey_app.organisation.queries import the_council
from survey_app.responses.afterwards.presenters import WhatChanged, add_thank_you_panel
from survey_app.responses.models import ResponseState, SupportText, SurveyResponse
from survey_app.responses.operations import quarantine, record_response, withdraw
from survey_app.responses.operations.occasions import invited
from tests.factories import make_answers, make_service
from tests.responses.afterwards.conftest import ANSWERED_AT, AT, CODE, OPEN_AT, SATISFIED, ask, link_to, words
from tests.statements import statements

THANKS, OPEN_THANKS = f"{AT}/thanks", f"{OPEN_AT}/thanks"


def test_it_names_the_reference_and_what_can_be_done_until_when(response: SurveyResponse, client: FlaskClient) -> None:
    page = client.get(THANKS)
    text = words(page)
    assert f"Reference {response.reference[:5]}-{response.reference[5:]}" in text
    assert "The team for housing options reads every comment" in text
    assert "until 26 March 2026, using the same link" in text
    assert (link_to(page, "Change your answers"), link_to(page, "withdraw them")) == (AT, f"{AT}/withdraw")
    assert "You can close this page now." in text
    panel = BeautifulSoup(page.text, "html.parser").find(class_="panel")
    assert panel is not None
    assert panel.has_attr("autofocus")
    assert "Set-Cookie" not in page.headers


def test_an_open_answer_has_the_same_page_and_can_be_taken_back_but_not_changed(
    open_response: SurveyResponse, client: FlaskClient
) -> None:
    page = client.get(OPEN_THANKS)
    text = words(page)
    assert open_response.reference[:5] in text
    assert "May we contact you" in text
    assert link_to(page, "Withdraw your answers") == f"{OPEN_AT}/withdraw"
    assert link_to(page, "Change your answers") is None
    assert "Stop asking me" not in text


def test_a_held_answer_has_the_usual_page(response: SurveyResponse, client: FlaskClient) -> None:
    def shown() -> str:
        return re.sub(r'name="nonce" value="[^"]+"', "", client.get(THANKS).text)

    counted = shown()
    with transaction():
        quarantine(response, "too_fast", now=ANSWERED_AT)
    assert shown() == counted


def test_the_persons_own_answer_goes_before_one_that_is_held(response: SurveyResponse, client: FlaskClient) -> None:
    with transaction():
        quarantine(response, "too_fast", now=ANSWERED_AT)
        assert response.invitation is not None
        own = record_response(invited(response.invitation), SATISFIED, now=ANSWERED_AT)
    assert own.reference[:5] in words(client.get(THANKS))


def test_without_an_answer_it_leads_to_the_form(response: SurveyResponse, client: FlaskClient) -> None:
    with transaction():
        withdraw(response, now=ANSWERED_AT)
    answer = client.get(THANKS)
    assert (answer.status_code, answer.headers["Location"]) == (302, AT)
    assert client.post(f"{AT}/contact").headers["Location"] == AT
    assert client.post(f"{AT}/about-you").headers["Location"] == AT


@pytest.mark.parametrize(
    "address", [f"/o/{CODE}/key-of-another-page-xx", f"/o/{CODE}/no-key", "/o/ANOTHER1/key-of-the-page-sent-x"]
)
def test_a_key_opens_nothing_but_the_answer_of_its_own_link(
    open_response: SurveyResponse, client: FlaskClient, address: str
) -> None:
    for page in ("thanks", "about-you"):
        answer = client.get(f"{address}/{page}")
        assert (answer.status_code, answer.headers["Location"]) == (302, address.rpartition("/")[0])
    assert client.post(f"{address}/contact", data={"wanted": "no"}).status_code == 302


def test_an_unknown_link_is_said_to_be_one(response: SurveyResponse, client: FlaskClient) -> None:
    for page in ("thanks", "about-you"):
        assert client.get(f"/s/nobody-was-sent-this/{page}").status_code == 404
    assert client.post("/s/nobody-was-sent-this/contact").status_code == 404


def test_codes_cannot_be_tried_out_on_it(response: SurveyResponse, client: FlaskClient) -> None:
    tries = [client.get(f"/s/7KQ4M3HDR{last}/thanks").status_code for last in CODE_ALPHABET[:21]]
    assert tries == [404] * 20 + [429]


def test_when_the_time_for_changes_is_over_nothing_can_be_added(
    response: SurveyResponse, client: FlaskClient, time_machine: TimeMachineFixture
) -> None:
    ask("age")
    time_machine.move_to(ANSWERED_AT + timedelta(days=40), tick=False)
    text = words(client.get(THANKS))
    assert "We have your answers." in text
    assert "This survey is not a complaint." in text
    for gone in ("Changed your mind?", "May we contact you", "optional question about you"):
        assert gone not in text
    assert client.get(f"{AT}/about-you").headers["Location"] == THANKS


@pytest.mark.parametrize(
    ("nation", "ombudsman"),
    [
        ("England", "Local Government and Social Care Ombudsman"),
        ("Wales", "Public Services Ombudsman for Wales"),
        ("Scotland", "Scottish Public Services Ombudsman"),
        ("Northern Ireland", "Northern Ireland Public Services Ombudsman"),
    ],
)
def test_how_to_complain_names_the_stages_and_the_ombudsman_of_the_nation(
    response: SurveyResponse, client: FlaskClient, nation: str, ombudsman: str
) -> None:
    with transaction():
        the_council().nation = nation
    text = words(client.get(THANKS))
    assert "Make a complaint or call 01632 960100." in text
    assert "within 5 working days" in text
    assert ombudsman in text


def test_a_later_package_shows_what_changed_and_nothing_stands_there_without(
    response: SurveyResponse, client: FlaskClient, app: Flask
) -> None:
    assert "We did:" not in client.get(THANKS).text
    asked: list[tuple[int, date]] = []
    published: list[WhatChanged] = []

    def panel(service_id: int, day: date) -> WhatChanged | None:
        asked.append((service_id, day))
        return published[0] if published else None

    add_thank_you_panel(app, panel)
    assert "We did:" not in client.get(THANKS).text
    published.append(WhatChanged("it is hard to reach <someone>.", "officers now work at the front desk.", "/changes"))
    page = client.get(THANKS)
    assert "You said: it is hard to reach <someone>. We did: officers now work at the front desk." in words(page)
    assert link_to(page, "See what else has changed") == "/changes"
    assert asked[-1] == (response.service_id, ANSWERED_AT.date())


def test_the_page_writes_nothing_and_asks_for_little(response: SurveyResponse, client: FlaskClient) -> None:
    """Every resident who answers loads this page: its number of statements does not grow with what is there."""
    client.get(THANKS)  # a published survey is read once by a process
    with statements() as few:
        client.get(THANKS)
    ask("age", "sex", "disability", "religion")
    with transaction():
        area = make_service("homes", parent_id=None)
        db.session.add_all(
            SupportText(service_id=place, body="Call 999 in danger.", exit_url="https://example.org")
            for place in (None, area.id)
        )
        make_answers(response.survey_version, area, date(2026, 3, 10), {}, 20)
    with statements() as many:
        client.get(THANKS)
    assert len(many) == len(few) + 1, "the services are read once where a text is of one of them"
    assert len(many) == 8
    assert not [sql for sql in many if re.match(r"\s*(INSERT|UPDATE|DELETE)", sql, re.I)]


def test_a_withdrawn_open_answer_has_no_thank_you(open_response: SurveyResponse, client: FlaskClient) -> None:
    with transaction():
        withdraw(open_response, now=ANSWERED_AT)
    assert open_response.state is ResponseState.WITHDRAWN
    assert client.get(OPEN_THANKS).headers["Location"] == f"/o/{CODE}"
