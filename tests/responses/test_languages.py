"""Somebody answers in their own language, from the switch to the thank-you, without a cookie."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from time_machine import TimeMachineFixture
from werkzeug.test import TestResponse

from survey_app.extensions import db, transaction
from survey_app.invitations.languages import languages_of_message
from survey_app.invitations.models import Invitation, InvitationToken, TokenPurpose
from survey_app.kernel.tokens import token_digest
from survey_app.responses.models import SurveyDraft, SurveyResponse
from survey_app.surveys.kinds import Paging
from survey_app.surveys.operations import publish_default_survey
from tests.browser.translated import publish_in
from tests.conftest import PersonsClient
from tests.factories import NOON, make_council, make_invitation, make_link, make_service

ADDRESS = "/s/a-token-from-a-message"


@pytest.fixture
def invitation(app: Flask, time_machine: TimeMachineFixture) -> Invitation:
    time_machine.move_to(NOON, tick=False)
    with transaction():
        make_council()
        version = publish_in(publish_default_survey(NOON - timedelta(days=30)).survey, "cy", "ur", now=NOON)
        made = make_invitation(make_service(), version, NOON.date())
        digest = token_digest(ADDRESS.removeprefix("/s/"))
        db.session.add(
            InvitationToken(invitation=made, token_sha256=digest, purpose=TokenPurpose.ANSWER, created_at=NOON)
        )
        return made


def language_of(page: TestResponse) -> str:
    html = BeautifulSoup(page.text, "html.parser").html
    assert html is not None
    return str(html["lang"])


def switch(page: TestResponse) -> dict[str, str]:
    links = BeautifulSoup(page.text, "html.parser").select("nav.langs li")
    return {link.get_text(strip=True): str(a["href"]) if (a := link.find("a")) else "" for link in links}


def send(client: PersonsClient, page: TestResponse, address: str, **answers: str) -> TestResponse:
    form = BeautifulSoup(page.text, "html.parser").select("main form")[-1]
    nonce = form.select("input[name=nonce]")[0]["value"]
    to = str(form.get("action") or "")
    return client.post(address.partition("?")[0] + to if to else address, data={"nonce": str(nonce), **answers})


def test_the_switch_names_each_language_itself_and_keeps_to_it(client: PersonsClient, invitation: Invitation) -> None:
    with transaction():
        invitation.survey_version.survey.paging = Paging.ONE_QUESTION
    page = client.get(ADDRESS)
    assert language_of(page) == "en-GB"
    assert switch(page) == {"English": "", "Cymraeg": f"{ADDRESS}?lang=cy", "اردو": f"{ADDRESS}?lang=ur"}
    welsh = client.get(switch(page)["Cymraeg"])
    assert language_of(welsh) == "cy"
    assert "Bodlon iawn" in welsh.text
    assert "10 Mawrth 2026" in welsh.text or "Mawrth 2026" in welsh.text
    wrong = send(client, welsh, f"{ADDRESS}?lang=cy")
    assert (wrong.status_code, language_of(wrong)) == (422, "cy")
    assert "Dewiswch pa mor fodlon" in wrong.text
    second = send(client, welsh, f"{ADDRESS}?lang=cy", satisfaction="4").location
    assert "lang=cy" in second
    assert db.session.scalars(select(SurveyDraft.shown_in)).one() == "cy"
    assert language_of(client.get(ADDRESS)) == "cy", "gone on with in the language of the draft"
    assert language_of(client.get(f"{ADDRESS}?lang=en")) == "en-GB"


def test_an_answer_says_in_which_language_it_was_given(client: PersonsClient, invitation: Invitation) -> None:
    address = f"{ADDRESS}?lang=ur"
    thanks = send(client, client.get(address), address, satisfaction="2").location
    assert thanks.endswith("/thanks?lang=ur")
    assert db.session.scalars(select(SurveyResponse.answered_in)).one() == "ur"
    assert language_of(client.get(thanks)) == "ur"
    assert language_of(client.get(thanks.partition("?")[0])) == "ur"


def test_the_contact_goes_before_the_browser_and_what_is_not_published_is_not_shown(
    client: PersonsClient, invitation: Invitation
) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "pl,ur;q=0.8"
    assert language_of(client.get(ADDRESS)) == "ur"
    with transaction():
        invitation.language = "cy"
    assert language_of(client.get(ADDRESS)) == "cy"
    for lang in ("pl", "xx", "../../etc", "%3Cscript%3E", "cy_GB"):
        page = client.get(f"{ADDRESS}?lang={lang}")
        assert (page.status_code, language_of(page)) == (200, "cy")


def test_an_open_link_keeps_the_language_on_its_pages(client: PersonsClient, invitation: Invitation) -> None:
    with transaction():
        invitation.survey_version.survey.paging = Paging.ONE_QUESTION
        link = make_link(make_service("visits"), invitation.survey_version).code
    address = f"/o/{link}?lang=ur"
    second = send(client, client.get(address), address, satisfaction="4").location
    assert "/d/" in second
    assert language_of(client.get(second)) == "ur"
    assert language_of(client.get(second.partition("?")[0])) == "ur"


def test_a_message_is_in_the_language_of_the_contact_or_in_both(invitation: Invitation) -> None:
    survey = invitation.survey_version.survey
    assert languages_of_message(survey, invitation, "England") == ("en",)
    invitation.language = "ur"
    assert languages_of_message(survey, invitation, "England") == ("ur",)
    invitation.language = "so"
    assert languages_of_message(survey, invitation, "England") == ("en",)
    survey.is_bilingual = True
    assert languages_of_message(survey, invitation, "Wales") == ("cy", "en")
    assert languages_of_message(survey, invitation, "England") == ("en", "cy")
    db.session.rollback()
