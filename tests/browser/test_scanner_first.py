"""A scanner with a real browser opens the mailed link and sends the form before its resident does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy import select
from time_machine import TimeMachineFixture

from survey_app.extensions import db, transaction
from survey_app.invitations.models import InvitationToken, TokenPurpose
from survey_app.kernel.tokens import token_digest
from survey_app.measures.operations import fold_all
from survey_app.measures.queries.verifying import verify
from survey_app.responses.models import SurveyResponse
from survey_app.responses.operations.answers import given_in
from survey_app.responses.views import TOO_QUICK
from survey_app.settings import Settings
from survey_app.surveys.operations import publish_default_survey
from tests.browser.live import live
from tests.factories import NOON, make_council, make_invitation, make_service

TOKEN = "a-token-from-a-message"
QUICK = timedelta(milliseconds=300)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The time trap as it is set in use: a second."""
    return replace(settings, soonest_answer_seconds=1)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the mailed link of the best answer leads, on a live server."""
    with transaction():
        make_council()
        invitation = make_invitation(make_service(), publish_default_survey(NOON), NOON.date())
        digest = token_digest(TOKEN)
        db.session.add(
            InvitationToken(invitation=invitation, token_sha256=digest, purpose=TokenPurpose.ANSWER, created_at=NOON)
        )
    with live(app) as home:
        yield f"{home}/s/{TOKEN}?answer=5"


def stored() -> list[tuple[str, str | None, Mapping[str, str]]]:
    """State, reason and choices of each answer, read in a transaction that is over when the server goes on."""
    with transaction():
        found = db.session.scalars(select(SurveyResponse).order_by(SurveyResponse.id))
        return [(response.state.value, response.quarantine_reason, given_in(response).choices) for response in found]


def assert_figures_verify() -> None:
    with transaction():
        fold_all()
    assert verify() == []


def test_the_residents_answer_counts_once_after_a_scanner_has_sent_the_form_at_human_speed(
    address: str, browser: Browser, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(NOON, tick=False)
    for rating, after in (("Very satisfied", timedelta(seconds=20)), ("Very dissatisfied", timedelta(minutes=5))):
        page = browser.new_page()
        page.goto(address)
        page.get_by_role("radio", name=rating, exact=True).first.check()
        time_machine.shift(after)
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text("We have your answers.")).to_be_visible()
        page.close()
    assert stored() == [("counted", None, {"satisfaction": "1"})]
    changed_at = db.session.scalars(select(SurveyResponse.changed_at)).one()
    assert changed_at == NOON + timedelta(minutes=5, seconds=20)
    assert_figures_verify()


def test_what_a_browser_sends_within_300_ms_is_held_and_asked_for_once_more_and_its_persons_answer_counts(
    address: str, browser: Browser, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(NOON, tick=False)
    scanner = browser.new_page()
    scanner.goto(address)
    time_machine.shift(QUICK)
    scanner.get_by_role("button", name="Send").click()
    expect(scanner.get_by_role("alert").or_(scanner.get_by_role("status"))).to_contain_text(TOO_QUICK)
    held = ("quarantined", "too_fast", {"satisfaction": "5"})
    assert stored() == [held]
    scanner.close()

    time_machine.shift(timedelta(minutes=5))
    person = browser.new_page()
    person.goto(address)
    worst = person.get_by_role("radio", name="Very dissatisfied", exact=True).first
    worst.check()
    time_machine.shift(QUICK)
    person.get_by_role("button", name="Send").click()
    expect(person.get_by_text(TOO_QUICK)).to_be_visible()
    expect(worst).to_be_checked()
    time_machine.shift(timedelta(seconds=2))
    person.get_by_role("button", name="Send").click()
    expect(person.get_by_text("We have your answers.")).to_be_visible()
    person.close()
    states = stored()
    assert held in states and ("counted", None, {"satisfaction": "1"}) in states
    assert Counter(state for state, _, _ in states) == {"quarantined": 1, "counted": 1, "withdrawn": 1}
    assert_figures_verify()
