"""Somebody who has answered, by a link of their own or by an open one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from time_machine import TimeMachineFixture
from werkzeug.test import TestResponse

from survey_app.extensions import db, transaction
from survey_app.invitations.models import InvitationToken, TokenPurpose
from survey_app.kernel.tokens import token_digest
from survey_app.responses.given import GivenAnswers
from survey_app.responses.models import EqualityQuestion, LinkKind, OpenLink, SurveyResponse
from survey_app.responses.operations import by_link, invited, record_response
from survey_app.surveys.operations import publish_default_survey
from tests.factories import NOON, make_council, make_invitation, make_service

DAY = date(2026, 3, 10)
TOKEN, KEY, CODE = "a-token-from-a-message", "key-of-the-page-sent-x", "7KQ4M3HD"
AT, OPEN_AT = f"/s/{TOKEN}", f"/o/{CODE}/{KEY}"
SATISFIED, DISSATISFIED = GivenAnswers({"satisfaction": "5"}), GivenAnswers({"satisfaction": "1"})
ANSWERED_AT = NOON + timedelta(days=2)  # Thursday 12 March 2026


@pytest.fixture(autouse=True)
def _after_answering(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(ANSWERED_AT, tick=False)


@pytest.fixture
def response(app: Flask) -> SurveyResponse:
    """Asha was asked about her call on 10 March, and has answered: very dissatisfied."""
    with transaction():
        make_council()
        invitation = make_invitation(make_service("housing", "Housing options"), publish_default_survey(NOON), DAY)
        db.session.add(
            InvitationToken(
                invitation=invitation, token_sha256=token_digest(TOKEN), purpose=TokenPurpose.ANSWER, created_at=NOON
            )
        )
        return record_response(invited(invitation), DISSATISFIED, now=ANSWERED_AT)


@pytest.fixture
def open_response(app: Flask) -> SurveyResponse:
    """Somebody followed the code of a poster; we know nothing of them."""
    with transaction():
        make_council()
        version, service = publish_default_survey(NOON), make_service("housing", "Housing options")
        link = OpenLink(
            code=CODE, kind=LinkKind.OPEN, name="Poster", survey=version.survey, service=service, created_at=NOON
        )
        db.session.add(link)
        db.session.flush()
        return record_response(by_link(link, version, submission_key=KEY, at=ANSWERED_AT), SATISFIED, now=ANSWERED_AT)


def ask(*codes: str) -> None:
    """Have the council ask these questions about the person."""
    with transaction():
        db.session.add_all(
            EqualityQuestion(code=code, is_asked=True, position=place) for place, code in enumerate(codes)
        )


def words(page: TestResponse) -> str:
    return BeautifulSoup(page.text, "html.parser").get_text(" ", strip=True)


def link_to(page: TestResponse, label: str) -> str | None:
    found = BeautifulSoup(page.text, "html.parser").find("a", string=label)
    return str(found["href"]) if found is not None else None


def send(client: FlaskClient, address: str, *, form_at: str | None = None, **values: str) -> TestResponse:
    """Open the page that has the form, and send it."""
    page = BeautifulSoup(client.get(form_at or address).text, "html.parser")
    nonce = page.find("input", attrs={"name": "nonce"})
    assert nonce is not None
    return client.post(address, data={"nonce": nonce["value"], **values})
