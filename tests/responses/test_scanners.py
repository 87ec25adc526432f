"""Scanners, previews and robots open the links of messages, and send what they find. None of it counts in the place of
a person's answer, and what only looks writes nothing at all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from limits import parse
from sqlalchemy import func, select
from time_machine import TimeMachineFixture, Traveller

from survey_app.extensions import Base, db, transaction
from survey_app.invitations.models import Invitation, InvitationState, InvitationToken, TokenPurpose
from survey_app.kernel.tokens import token_digest
from survey_app.measures.operations import fold_all
from survey_app.measures.queries.verifying import verify
from survey_app.responses.models import OpenLink, ResponseState, SurveyResponse
from survey_app.responses.nonce import PageNonces
from survey_app.responses.suspicion import MANY_AN_HOUR
from survey_app.responses.views import SENT_FROM_ONE_ADDRESS, TRAP
from survey_app.settings import Settings
from survey_app.surveys.operations import publish_default_survey
from tests.conftest import PersonsClient
from tests.factories import NOON, make_council, make_invitation, make_link, make_service, make_survey

TOKEN = "a-token-from-a-message"
ADDRESS = f"/s/{TOKEN}"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The time trap as it is set in use: a second."""
    return replace(settings, soonest_answer_seconds=1)


@pytest.fixture(autouse=True)
def clock(time_machine: TimeMachineFixture) -> Traveller:
    time_machine.move_to(NOON, tick=False)
    return time_machine


@pytest.fixture
def asha(app: Flask) -> Invitation:
    """Asha was asked about her call; the link in her message has the TOKEN."""
    with transaction():
        make_council()
        invitation = make_invitation(make_service(), publish_default_survey(NOON), NOON.date())
        add_token(invitation, TOKEN)
    return invitation


def add_token(invitation: Invitation, token: str) -> None:
    digest = token_digest(token)
    db.session.add(
        InvitationToken(invitation=invitation, token_sha256=digest, purpose=TokenPurpose.ANSWER, created_at=NOON)
    )


def rows() -> dict[str, int]:
    """How many rows every table has."""
    db.session.rollback()
    counts = {
        name: db.session.scalar(select(func.count()).select_from(table)) or 0
        for name, table in Base.metadata.tables.items()
    }
    db.session.rollback()
    return counts


def answers() -> list[tuple[str, str | None]]:
    """State and reason of what is stored."""
    db.session.rollback()
    found = db.session.execute(
        select(SurveyResponse.state, SurveyResponse.quarantine_reason).order_by(SurveyResponse.id)
    ).all()
    db.session.rollback()
    return [(state, reason) for state, reason in found]


def nonce_at(client: PersonsClient, address: str) -> str:
    field = BeautifulSoup(client.get(address).text, "html.parser").find("input", attrs={"name": "nonce"})
    assert field is not None
    return str(field["value"])  # type: ignore[index]


LOOKS: dict[str, Callable[[PersonsClient], object]] = {
    "HEAD five times": lambda client: [client.head(f"{ADDRESS}?answer={n}") for n in range(5)],
    "GET fifty times": lambda client: [client.get(f"{ADDRESS}?answer={n % 5 + 1}") for n in range(50)],
    "every page of the link": lambda client: [
        client.get(ADDRESS + page) for page in ("", "/change", "/withdraw", "/thanks", "?page=2")
    ],
    "prefetched": lambda client: [
        client.get(f"{ADDRESS}?answer=5", headers=headers)
        for headers in (
            {"Purpose": "prefetch"},
            {"Sec-Purpose": "prefetch"},
            {"Sec-Purpose": "prefetch;prerender"},
            {"X-Moz": "prefetch"},
        )
    ],
    "ten ratings opened": lambda client: [client.get(f"{ADDRESS}?answer={code}") for code in "1234512345"],
}


@pytest.mark.parametrize("looks", LOOKS.values(), ids=LOOKS)
def test_whoever_only_looks_writes_nothing(
    asha: Invitation, client: PersonsClient, looks: Callable[[PersonsClient], object]
) -> None:
    before = rows()
    looks(client)
    assert rows() == before


FORGED: dict[str, Callable[[PageNonces, Invitation], str]] = {
    "none": lambda nonces, asha: "",
    "of no key of ours": lambda nonces, asha: PageNonces("x" * 40).make(token_digest(TOKEN), 1, now=NOON),
    "of another link": lambda nonces, asha: nonces.make(token_digest("other"), asha.survey_version_id, now=NOON),
    "of another version": lambda nonces, asha: nonces.make(token_digest(TOKEN), 999, now=NOON),
    "of the page that takes answers back": lambda nonces, asha: nonces.make(
        token_digest(f"withdraw {TOKEN}"), asha.survey_version_id, now=NOON
    ),
}


@pytest.mark.parametrize("make", FORGED.values(), ids=FORGED)
def test_without_the_nonce_of_this_page_nothing_is_written(
    app: Flask,
    asha: Invitation,
    client: PersonsClient,
    clock: Traveller,
    make: Callable[[PageNonces, Invitation], str],
) -> None:
    nonce, before = make(PageNonces(app.config["SECRET_KEY"]), asha), rows()
    clock.shift(MINUTE)
    page = client.post(ADDRESS, data={"nonce": nonce, "satisfaction": "5"})
    assert page.status_code == 400
    assert rows() == before


def test_what_is_sent_within_300_ms_is_held_and_a_person_sends_it_once_more(
    asha: Invitation, client: PersonsClient, clock: Traveller
) -> None:
    form = {"nonce": nonce_at(client, ADDRESS), "satisfaction": "5", "why": "Quick and polite."}
    clock.shift(SECOND * 0.3)
    page = client.post(ADDRESS, data=form)
    assert page.status_code == 200
    assert "That was very quick. Check your answer and press Send once more." in page.text
    assert "Quick and polite." in page.text
    assert answers() == [("quarantined", "too_fast")]

    clock.shift(2 * SECOND)
    shown = BeautifulSoup(page.text, "html.parser").find("input", attrs={"name": "nonce"})
    assert shown is not None
    assert client.post(ADDRESS, data=form | {"nonce": shown["value"]}).status_code == 303  # type: ignore[index]
    assert answers() == [("withdrawn", None), ("counted", None)]


def test_who_fills_the_field_that_people_do_not_see_is_held_and_thanked_as_usual(
    asha: Invitation, client: PersonsClient, clock: Traveller
) -> None:
    form = {"nonce": nonce_at(client, ADDRESS), "satisfaction": "5", TRAP: "https://example.com"}
    clock.shift(MINUTE)
    assert client.post(ADDRESS, data=form).status_code == 303
    assert answers() == [("quarantined", "hidden_field")]
    held = client.get(f"{ADDRESS}/thanks")
    assert held.status_code == 200
    assert "We have your answers." in held.text


def test_of_ten_rating_links_sent_within_a_second_none_counts_and_the_residents_answer_does(
    asha: Invitation, client: PersonsClient, clock: Traveller
) -> None:
    nonces = [nonce_at(client, f"{ADDRESS}?answer={code}") for code in "5432154321"]
    clock.shift(MINUTE)
    for nonce, code in zip(nonces, "5432154321", strict=True):
        assert client.post(ADDRESS, data={"nonce": nonce, "satisfaction": code}).status_code == 303
        clock.shift(SECOND / 10)
    assert answers() == [("quarantined", "several_ratings")] * 5
    assert "We have an answer" not in client.get(ADDRESS).text

    nonce = nonce_at(client, f"{ADDRESS}?answer=2")
    clock.shift(MINUTE)
    assert client.post(ADDRESS, data={"nonce": nonce, "satisfaction": "2"}).status_code == 303
    assert [state for state, _ in answers()].count(ResponseState.COUNTED) == 1
    db.session.refresh(asha)
    assert asha.state is InvitationState.ANSWERED
    with transaction():
        fold_all()
    assert verify() == []


def test_a_form_that_sends_other_fields_stores_none_of_them(
    asha: Invitation, client: PersonsClient, clock: Traveller
) -> None:
    form = {
        "nonce": nonce_at(client, ADDRESS),
        "satisfaction": "5",
        "state": "counted",
        "reference": "X",
        "is_test": "1",
    }
    clock.shift(MINUTE)
    client.post(ADDRESS, data=form)
    stored = db.session.scalars(select(SurveyResponse)).one()
    assert (stored.reference != "X", stored.is_test, len(stored.answers)) == (True, False, 1)


def test_by_one_link_no_more_is_sent_than_a_person_would_and_other_links_stay_open(
    asha: Invitation, client: PersonsClient, clock: Traveller
) -> None:
    with transaction():
        add_token(asha, "the-reminder")
    form = {"nonce": nonce_at(client, ADDRESS), "satisfaction": "5"}
    clock.shift(MINUTE)
    assert {client.post(ADDRESS, data=form).status_code for _ in range(60)} == {303}
    refused = client.post(ADDRESS, data=form)
    assert refused.status_code == 429
    assert "Your code and your links stay valid" in refused.text
    assert client.get(ADDRESS).status_code == 200
    assert client.post("/s/the-reminder", data=form).status_code == 400  # its page has a nonce of its own
    assert answers() == [("counted", None)]


def test_from_one_address_there_is_an_end_to_what_is_sent_by_an_open_link_and_others_go_on(
    app: Flask, client: PersonsClient
) -> None:
    with transaction():
        make_council()
        address = f"/o/{make_link(make_service(), make_survey()).code}"
    limiter = app.extensions["tries"].limiter
    limiter.hit(parse(SENT_FROM_ONE_ADDRESS), "survey", "address:127.0.0.1", "responses.open_answer", cost=599)
    last, refused = client.post(address), client.post(address)
    assert (last.status_code, refused.status_code, client.get(address).status_code) == (400, 429, 200)
    assert "then try again" in refused.text
    assert client.post(address, environ_base={"REMOTE_ADDR": "198.51.100.8"}).status_code == 400


def test_many_answers_of_one_address_by_open_links_are_held_and_nobody_is_sent_away(
    app: Flask, client: PersonsClient, clock: Traveller
) -> None:
    with transaction():
        make_council()
        link: OpenLink = make_link(make_service(), make_survey())
        address = f"/o/{link.code}"

    def answer(ip: str = "198.51.100.7") -> int:
        form = {"nonce": nonce_at(client, address), "post-contact-satisfaction": "5"}
        clock.shift(2 * SECOND)
        return client.post(address, data=form, environ_base={"REMOTE_ADDR": ip}).status_code

    assert {answer() for _ in range(MANY_AN_HOUR + 2)} == {303}
    assert answer("198.51.100.8") == 303
    assert answers() == (
        [("counted", None)] * MANY_AN_HOUR + [("quarantined", "many_from_one_address")] * 2 + [("counted", None)]
    )
