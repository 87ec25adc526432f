"""Whoever answered takes it back by the same link, within 14 days; nothing of what was said is shown, or kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select
from time_machine import TimeMachineFixture

from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, InvitationToken, TokenPurpose
from survey_app.kernel.tokens import token_digest
from survey_app.responses.given import GivenAnswers
from survey_app.responses.models import Answer, AnswerText, ResponseState, SupportText, SurveyResponse
from survey_app.responses.operations import by_link, invited, submit
from survey_app.responses.suspicion import Signs
from survey_app.surveys.operations import publish_default_survey
from tests.conftest import PersonsClient
from tests.factories import NOON, make_council, make_invitation, make_link, make_service, make_survey

TOKEN = "a-token-from-a-message"
ADDRESS = f"/s/{TOKEN}/withdraw"
GIVEN = GivenAnswers({"satisfaction": "1"}, {"why": "Nobody rang back."})


@pytest.fixture(autouse=True)
def _at_noon(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def asha(app: Flask) -> Invitation:
    with transaction():
        make_council()
        invitation = make_invitation(make_service(), publish_default_survey(NOON), NOON.date())
        db.session.add(
            InvitationToken(
                invitation=invitation,
                token_sha256=token_digest(TOKEN),
                purpose=TokenPurpose.ANSWER,
                created_at=NOON,
            )
        )
    return invitation


def answer(invitation: Invitation, signs: Signs | None = None) -> None:
    with transaction():
        submit(invited(invitation, submission_key="page"), GIVEN, signs or Signs(), now=NOON)


def press(client: PersonsClient, address: str = ADDRESS) -> str:
    field = BeautifulSoup(client.get(address).text, "html.parser").find("input", attrs={"name": "nonce"})
    assert field is not None
    sent = client.post(address, data={"nonce": field["value"]})  # type: ignore[index]
    assert (sent.status_code, sent.location) == (303, address)
    return client.get(address).text


def left() -> tuple[list[str], int, int]:
    """The states of what is stored, and how many answers and texts there still are."""
    db.session.rollback()
    counts = [db.session.scalar(select(func.count()).select_from(kind)) or 0 for kind in (Answer, AnswerText)]
    states = [str(state) for state in db.session.scalars(select(SurveyResponse.state))]
    db.session.rollback()
    return states, counts[0], counts[1]


def test_the_page_asks_and_shows_nothing_of_the_answers_and_the_button_deletes_them(
    asha: Invitation, client: PersonsClient
) -> None:
    answer(asha)
    page = client.get(ADDRESS)
    assert "Do you want to take back your answers?" in page.text
    assert "24 March 2026" in page.text  # 14 days after they were given
    assert "Nobody rang back." not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert left() == (["counted"], 1, 1)
    gone = press(client)
    assert "Your answers are deleted" in gone
    assert f'href="/s/{TOKEN}"' in gone
    assert left() == (["withdrawn"], 0, 0)
    assert "Your answers are deleted" in client.post(ADDRESS).text  # pressed twice
    assert client.get(f"/s/{TOKEN}").status_code == 200


def test_what_is_held_can_be_taken_back_and_nobody_learns_that_it_was(asha: Invitation, client: PersonsClient) -> None:
    answer(asha, Signs(is_trap_filled=True))
    assert "Your answers are deleted" in press(client)
    assert left() == (["withdrawn"], 0, 0)


def test_without_an_answer_there_is_nothing_to_take_back(asha: Invitation, client: PersonsClient) -> None:
    for page in (client.get(ADDRESS), client.post(ADDRESS)):
        assert "Nobody has answered by this link." in page.text
    assert client.get("/s/nobody/withdraw").status_code == client.post("/s/nobody/withdraw").status_code == 404


def test_after_14_days_it_is_too_late(
    asha: Invitation, client: PersonsClient, time_machine: TimeMachineFixture
) -> None:
    answer(asha)
    time_machine.move_to(NOON + timedelta(days=14), tick=False)
    for page in (client.get(ADDRESS), client.post(ADDRESS)):
        assert "The time to take back your answers is over" in page.text
    assert left() == (["counted"], 1, 1)


def test_without_the_nonce_of_this_page_nothing_is_deleted(asha: Invitation, client: PersonsClient) -> None:
    answer(asha)
    survey = BeautifulSoup(client.get(f"/s/{TOKEN}").text, "html.parser").find("input", attrs={"name": "nonce"})
    assert survey is not None
    for nonce in ("", "forged", survey["value"]):  # type: ignore[index]
        page = client.post(ADDRESS, data={"nonce": nonce})
        assert page.status_code == 400
        assert "press the button once more" in page.text
    assert left() == (["counted"], 1, 1)


def test_to_change_an_answer_is_to_answer_again(asha: Invitation, client: PersonsClient) -> None:
    page = client.get(f"/s/{TOKEN}/change")
    assert (page.status_code, page.location) == (302, f"/s/{TOKEN}")


def test_a_page_sent_by_an_open_link_is_taken_back_by_its_own_address(app: Flask, client: PersonsClient) -> None:
    with transaction():
        make_council()
        link, version = make_link(make_service(), make_survey()), make_survey("other")
        for key in ("a" * 22, "b" * 22):
            given = GivenAnswers({"other-satisfaction": "5"})
            submit(by_link(link, version, submission_key=key, at=NOON), given, Signs(), now=NOON)
        code = link.code
    assert "Your answers are deleted" in press(client, f"/o/{code}/{'a' * 22}/withdraw")
    states = db.session.scalars(select(SurveyResponse.state).order_by(SurveyResponse.id)).all()
    assert states == [ResponseState.WITHDRAWN, ResponseState.COUNTED]
    for key in ("c" * 22, "c" * 21 + "%00"):  # PostgreSQL takes no zero byte
        assert client.get(f"/o/{code}/{key}/withdraw").status_code == 404
    tries = [client.post(f"/o/{code}/{'b' * 22}/withdraw").status_code for _ in range(61)]
    assert tries == [400] * 60 + [429]


def test_a_machine_that_presses_what_it_finds_takes_nothing_back(
    app: Flask, asha: Invitation, client: PersonsClient, time_machine: TimeMachineFixture
) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], soonest_answer_seconds=1)
    answer(asha)
    field = BeautifulSoup(client.get(ADDRESS).text, "html.parser").find("input", attrs={"name": "nonce"})
    assert field is not None
    form = {"nonce": field["value"]}  # type: ignore[index]
    time_machine.move_to(NOON + timedelta(seconds=2.9), tick=False)
    assert "That was very quick." in client.post(ADDRESS, data=form).text
    assert left() == (["counted"], 1, 1)
    time_machine.move_to(NOON + timedelta(seconds=3), tick=False)
    assert client.post(ADDRESS, data=form).status_code == 303
    assert left() == (["withdrawn"], 0, 0)


def test_the_way_out_of_a_sensitive_services_survey_stands_on_its_pages_of_taking_back_too(
    asha: Invitation, client: PersonsClient
) -> None:
    with transaction():
        text = SupportText(service_id=asha.service_id, body="In danger, call 999.", exit_url="https://www.example.org")
        db.session.add(text)
    nothing_yet = client.get(ADDRESS).text
    answer(asha)
    for page in (nothing_yet, client.get(ADDRESS).text, press(client)):
        out = BeautifulSoup(page, "html.parser").select_one("nav.exit a")
        assert out is not None
        assert (out.get_text(), out["href"], out["rel"]) == (
            "Exit this page",
            "https://www.example.org",
            ["noreferrer", "noopener"],
        )
        assert "In danger, call 999." in page
