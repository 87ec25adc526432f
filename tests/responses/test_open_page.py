"""Anybody follows an open link, answers about its service, and is thanked; each page that was opened counts once."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select
from time_machine import TimeMachineFixture

from survey_app.extensions import db
from survey_app.organisation.channels import Mode
from survey_app.organisation.models import Site
from survey_app.responses.links.operations import close_link
from survey_app.responses.models import LinkKind, OpenLink, SurveyResponse
from survey_app.surveys.operations import publish_default_survey
from tests.conftest import PersonsClient
from tests.factories import NOON, make_council, make_link, make_service


@pytest.fixture(autouse=True)
def _at_noon(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def link(app: Flask) -> OpenLink:
    make_council()
    site = Site(code="riverside", name="Riverside House")
    db.session.add(site)
    return make_link(make_service("housing", "Housing options"), publish_default_survey(NOON), site=site)


def nonce_at(client: PersonsClient, address: str) -> str:
    field = BeautifulSoup(client.get(address).text, "html.parser").find("input", attrs={"name": "nonce"})
    assert field is not None
    return str(field["value"])


def answers() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(SurveyResponse)) or 0


def test_the_page_names_the_service_and_the_place_and_its_answer_is_counted_there(
    client: PersonsClient, link: OpenLink
) -> None:
    address = f"/o/{link.code}"
    page = client.get(address)
    text = BeautifulSoup(page.text, "html.parser").get_text(" ", strip=True)
    assert "About your visit to Riverside House about housing options" in text
    assert "Stop asking me" not in text
    assert "Set-Cookie" not in page.headers
    sent = client.post(address, data={"nonce": nonce_at(client, address), "satisfaction": "4"})
    assert sent.status_code == 303
    assert sent.location.startswith(f"{address}/")
    assert "We have your answers." in client.get(sent.location).text
    response = db.session.scalars(select(SurveyResponse)).one()
    assert (response.open_link_id, response.service_id, response.site_id) == (link.id, link.service_id, link.site_id)
    assert (response.mode, response.counts_on, response.invitation_id) == (Mode.WEB, NOON.date(), None)


def test_a_page_sent_twice_is_one_answer_and_a_page_opened_anew_is_another(
    client: PersonsClient, link: OpenLink
) -> None:
    address = f"/o/{link.code}"
    sent = {"nonce": nonce_at(client, address), "satisfaction": "4"}
    first, again = (client.post(address, data=sent).location for _ in range(2))
    assert first == again
    assert answers() == 1
    other = client.post(address, data={"nonce": nonce_at(client, address), "satisfaction": "1"}).location
    assert other != first
    assert answers() == 2


def test_the_nonce_of_another_link_does_not_serve(client: PersonsClient, link: OpenLink) -> None:
    other = make_link(link.service, link.survey.versions[0], name="Town hall")
    sent = {"nonce": nonce_at(client, f"/o/{other.code}"), "satisfaction": "4"}
    assert client.post(f"/o/{link.code}", data=sent).status_code == 400
    assert answers() == 0


def test_a_code_that_is_none_is_unknown_and_a_closed_link_says_so(client: PersonsClient, link: OpenLink) -> None:
    address = f"/o/{link.code}"
    sent = {"nonce": nonce_at(client, address), "satisfaction": "4"}
    kiosk = make_link(link.service, link.survey.versions[0], LinkKind.KIOSK, name="Kiosk")
    for unknown in ("/o/NOTACODE", "/o/x", f"/o/{kiosk.code}"):
        assert client.get(unknown).status_code == 404
        assert client.post(unknown, data=sent).status_code == 404
    close_link(link, now=NOON, by=None)
    assert client.get(address).status_code == 410
    assert "This survey has closed" in client.post(address, data=sent).text
    assert answers() == 0


def test_the_thanks_of_another_link_or_of_no_answer_lead_to_the_form(client: PersonsClient, link: OpenLink) -> None:
    address = f"/o/{link.code}"
    sent = {"nonce": nonce_at(client, address), "satisfaction": "4"}
    key = client.post(address, data=sent).location.split("/")[-2]
    other = make_link(link.service, link.survey.versions[0], name="Town hall")
    assert client.get(f"/o/{other.code}/{key}/thanks").location == f"/o/{other.code}"
    assert client.get(f"{address}/nothing/thanks").location == address
