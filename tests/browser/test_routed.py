"""A survey whose questions depend on answers, answered by keyboard alone and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from time_machine import TimeMachineFixture

from survey_app.extensions import db, transaction
from survey_app.invitations.models import InvitationToken, TokenPurpose
from survey_app.kernel.tokens import token_digest
from survey_app.responses.models import SurveyResponse
from survey_app.responses.operations.answers import given_in
from survey_app.surveys.kinds import Paging
from survey_app.surveys.operations import publish_survey, start_survey
from tests.browser.live import live
from tests.browser.registry import PHONE
from tests.factories import NOON, make_council, make_invitation, make_service
from tests.responses.test_on_path import ROUTED

TOKEN = "a-token-from-a-message"


@pytest.fixture
def page(app: Flask, browser: Browser, time_machine: TimeMachineFixture) -> Iterator[Page]:
    """The survey in front of somebody who called about housing options, on a phone without scripts."""
    time_machine.move_to(NOON + timedelta(days=1), tick=False)
    with transaction():
        make_council()
        version = publish_survey(start_survey(ROUTED, "Made", now=NOON), now=NOON)
        version.survey.paging = Paging.PAGES
        invitation = make_invitation(make_service("housing", "Housing options"), version, NOON.date())
        digest = token_digest(TOKEN)
        db.session.add(
            InvitationToken(invitation=invitation, token_sha256=digest, purpose=TokenPurpose.ANSWER, created_at=NOON)
        )
    window = browser.new_context(java_script_enabled=False, viewport={"width": PHONE, "height": 844})
    with live(app) as home:
        opened = window.new_page()
        opened.goto(f"{home}/s/{TOKEN}")
        yield opened
    window.close()


def press_until(page: Page, role: str, name: str) -> None:
    """Move with the Tab key to a control, and on with the arrows within a group of radio buttons."""
    for _ in range(30):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and focused.get_attribute("type") == "radio" and role == "radio":
            page.keyboard.press("Space")
            for _ in range(10):
                if page.get_by_role("radio", name=name, exact=True).is_checked():
                    return
                page.keyboard.press("ArrowDown")
        wanted = page.get_by_role(role, name=name)  # type: ignore[arg-type]
        if (
            wanted.count() == 1
            and focused.count()
            and focused.evaluate("(one, other) => one === other", wanted.element_handle())
        ):
            return
    pytest.fail(f"{name} cannot be come to by keyboard.")


def send(page: Page, button: str) -> None:
    """Press a button by keyboard, and be on the page it leads to: what the old one has in focus is of no use there."""
    press_until(page, "button", button)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def choose(page: Page, answer: str, button: str) -> None:
    press_until(page, "radio", answer)
    send(page, button)


def test_it_is_answered_by_keyboard_alone_and_without_scripts(page: Page) -> None:
    expect(page.get_by_text("Question 1 of up to 5")).to_be_visible()
    choose(page, "Fairly dissatisfied", "Continue")
    expect(page.get_by_role("heading", name="Was housing options slow?", level=1)).to_be_visible()
    choose(page, "Yes", "Continue")
    press_until(page, "textbox", "What was slow?")
    page.keyboard.type("The queue")
    send(page, "Back")
    choose(page, "No", "Continue")  # on second thoughts
    expect(page.get_by_role("heading", name="Your phone call", level=1)).to_be_visible()
    expect(page.get_by_text("Question 3 of 4")).to_be_visible()
    choose(page, "Yes", "Continue")
    choose(page, "No", "Send")
    expect(page.get_by_text("We have your answers.")).to_be_visible()
    with transaction():
        given = given_in(db.session.scalars(select(SurveyResponse)).one())
    assert (given.choices, given.texts) == (
        {"satisfaction": "2", "why_bad": "no", "called": "yes", "end": "no"},
        {},
    )
