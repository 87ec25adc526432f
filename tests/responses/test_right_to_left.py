"""Pages for somebody who reads Urdu: with a catalogue that has all their sentences no English one is left.

The catalogue is the tests' own. Days are written as in English, and names are: of the council, its services and places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from jinja2.ext import babel_extract
from time_machine import TimeMachineFixture
from werkzeug.test import TestResponse

from survey_app.extensions import db, transaction
from survey_app.invitations.models import InvitationToken, TokenPurpose
from survey_app.kernel.tokens import token_digest
from survey_app.settings import PROJECT_ROOT
from survey_app.surveys.kinds import Paging, VersionState
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.operations import publish_default_survey
from tests.browser import urdu
from tests.conftest import PersonsClient
from tests.factories import NOON, make_council, make_invitation, make_link, make_service

TEMPLATES = PROJECT_ROOT / "templates"
OF_ANSWERING = (
    "base_resident.html",
    "components/resident.html",
    *(f"responses/{name}.html" for name in ("survey", "thank_you", "answered", "closed", "unknown", "code")),
    "responses/changing/*.html",
    "responses/afterwards/*.html",
)
ADDRESS = "/s/a-token-from-a-message"
NAMES = re.compile(
    r"Anyborough( Council)?|Town Hall|AB1 2CD|7KQ4M 3HDRT|https?:\S+|\S+\.example\S*|[A-Z2-9]{5}-[A-Z2-9]{5}"
)
DAY = re.compile(r"\d{1,2} [A-Z][a-z]+ \d{4}( at \d\d:\d\d)?")


def sentences_of(pattern: str) -> Iterator[str | tuple[str, str]]:
    for path in sorted(TEMPLATES.glob(pattern)):
        with path.open("rb") as template:
            for _line, _function, message, _comments in babel_extract(template, ["_", "ngettext"], [], {}):
                texts = (message,) if isinstance(message, str) else message[:2]
                yield texts[0] if texts[-1] is None or len(texts) == 1 else (texts[0], texts[1])


@pytest.mark.parametrize("pattern", OF_ANSWERING)
def test_every_sentence_of_the_templates_is_in_the_catalogue(pattern: str) -> None:
    sentences = set(sentences_of(pattern))
    assert sentences
    assert sentences - urdu.PAGE.keys() - urdu.PLURALS.keys() == set()


@pytest.fixture
def app(app: Flask, tmp_path: Path) -> Flask:
    """It speaks Urdu to everybody."""
    urdu.write_catalogue(tmp_path)
    babel = app.extensions["babel"]
    babel.translation_directories = [str(tmp_path)]
    return app


@pytest.fixture
def version(app: Flask, time_machine: TimeMachineFixture) -> SurveyVersion:
    """Published in Urdu; the council and its service are there."""
    time_machine.move_to(NOON, tick=False)
    with transaction():
        make_council()
        made = urdu.in_urdu(publish_default_survey(NOON - timedelta(days=30)))
        made.state, made.published_at = VersionState.PUBLISHED, NOON
        invitation = make_invitation(make_service("housing", "رہائش"), made, NOON.date())
        digest = token_digest(ADDRESS.removeprefix("/s/"))
        db.session.add(
            InvitationToken(invitation=invitation, token_sha256=digest, purpose=TokenPurpose.ANSWER, created_at=NOON)
        )
        return made


def assert_no_english(page: TestResponse) -> None:
    shown = BeautifulSoup(page.text, "html.parser")
    assert shown.html is not None
    assert (shown.html["lang"], shown.html["dir"]) == (urdu.LANGUAGE, "rtl")
    texts = [NAMES.sub("", DAY.sub("", text)) for text in shown.html.stripped_strings]
    assert [text for text in texts if re.search("[A-Za-z]{2}", text)] == [], page.request.path


def send(client: PersonsClient, address: str, **answers: str) -> TestResponse:
    """Send the form of an address as it stands, with these answers."""
    page = client.get(address)
    assert_no_english(page)
    nonce = BeautifulSoup(page.text, "html.parser").select("main form input[name=nonce]")[-1]["value"]
    return client.post(address, data={"nonce": str(nonce), **answers})


def test_no_english_is_left_from_the_form_to_the_thanks_and_back(client: PersonsClient, version: SurveyVersion) -> None:
    assert_no_english(client.get(f"{ADDRESS}?answer=5"))
    assert_no_english(send(client, ADDRESS, **{"urdu-why": "ہاں " * 1300}))
    assert_no_english(client.post(ADDRESS, data={"urdu-satisfaction": "4", "nonce": "too old"}))
    thanks = send(client, ADDRESS, **{"urdu-satisfaction": "4"}).location
    assert_no_english(client.get(thanks))
    assert_no_english(client.get(ADDRESS))  # says that there is an answer
    assert_no_english(client.get(send(client, f"{ADDRESS}/withdraw").location))


def test_no_english_is_left_on_one_page_after_the_other(client: PersonsClient, version: SurveyVersion) -> None:
    with transaction():
        version.survey.paging = Paging.ONE_QUESTION
        link = make_link(make_service("visits", "ملاقات"), version).code
    for address in (ADDRESS, f"/o/{link}"):
        second = send(client, f"{address}?page=1", **{"urdu-satisfaction": "4"}).location
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
