"""Pages for somebody who reads Urdu: no English is left on them but names, of the council, its services and places."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from time_machine import TimeMachineFixture
from werkzeug.test import TestResponse

from survey_app.extensions import db, transaction
from survey_app.invitations.models import InvitationToken, TokenPurpose
from survey_app.kernel.tokens import token_digest
from survey_app.surveys.kinds import Paging
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.operations import publish_default_survey
from tests.browser.translated import publish_in
from tests.conftest import PersonsClient
from tests.factories import NOON, make_council, make_invitation, make_link, make_service

ADDRESS = "/s/a-token-from-a-message"
NAMES = re.compile(
    r"Anyborough( Council)?|Town Hall|AB1 2CD|7KQ4M 3HDRT|https?:\S+|\S+\.example\S*|[A-Z2-9]{5}-[A-Z2-9]{5}|^English$"
)


@pytest.fixture
def client(client: PersonsClient) -> PersonsClient:
    """Of somebody whose browser asks for Urdu."""
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "ur-PK,en;q=0.5"
    return client


@pytest.fixture
def version(app: Flask, time_machine: TimeMachineFixture) -> SurveyVersion:
    """Published in Urdu as well; the council and its service are there."""
    time_machine.move_to(NOON, tick=False)
    with transaction():
        make_council()
        made = publish_in(publish_default_survey(NOON - timedelta(days=30)).survey, "ur", now=NOON)
        invitation = make_invitation(make_service("housing", "رہائش"), made, NOON.date())
        digest = token_digest(ADDRESS.removeprefix("/s/"))
        db.session.add(
            InvitationToken(invitation=invitation, token_sha256=digest, purpose=TokenPurpose.ANSWER, created_at=NOON)
        )
        return made


def assert_no_english(page: TestResponse) -> None:
    shown = BeautifulSoup(page.text, "html.parser")
    assert shown.html is not None
    assert (shown.html["lang"], shown.html["dir"]) == ("ur", "rtl")
    texts = [NAMES.sub("", text) for text in shown.html.stripped_strings]
    assert [text for text in texts if re.search("[A-Za-z]{2}", text)] == [], page.request.path


def send(client: PersonsClient, address: str, **answers: str) -> TestResponse:
    """Send the form of an address as it stands, with these answers."""
    page = client.get(address)
    assert_no_english(page)
    nonce = BeautifulSoup(page.text, "html.parser").select("main form input[name=nonce]")[-1]["value"]
    return client.post(address, data={"nonce": str(nonce), **answers})


def test_no_english_is_left_from_the_form_to_the_thanks_and_back(client: PersonsClient, version: SurveyVersion) -> None:
    assert_no_english(client.get(f"{ADDRESS}?answer=5"))
    assert_no_english(send(client, ADDRESS, why="ہاں " * 1300))
    assert_no_english(client.post(ADDRESS, data={"satisfaction": "4", "nonce": "too old"}))
    thanks = send(client, ADDRESS, satisfaction="4").location
    assert_no_english(client.get(thanks))
    assert_no_english(client.get(ADDRESS))  # says that there is an answer
    assert_no_english(client.get(send(client, f"{ADDRESS}/withdraw").location))


def test_no_english_is_left_on_one_page_after_the_other(client: PersonsClient, version: SurveyVersion) -> None:
    with transaction():
        version.survey.paging = Paging.ONE_QUESTION
        link = make_link(make_service("visits", "ملاقات"), version).code
    for address in (ADDRESS, f"/o/{link}"):
        second = send(client, f"{address}?page=1", satisfaction="4").location
        assert_no_english(client.get(second))
        assert_no_english(client.get(second.partition("?")[0]))  # gone on with later
        assert_no_english(client.get(send(client, second).location))


def test_no_english_is_left_where_there_is_nothing_to_answer(
    client: PersonsClient, version: SurveyVersion, time_machine: TimeMachineFixture
) -> None:
    for address in ("/s", "/s/nobody-was-sent-this"):
        assert_no_english(client.get(address))
    assert_no_english(client.post("/s", data={"code": "7KQ4M3HDRT"}))
    time_machine.move_to(NOON + timedelta(days=90), tick=False)
    assert_no_english(client.get(ADDRESS))
