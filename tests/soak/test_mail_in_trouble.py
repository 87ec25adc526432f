"""A mail server that breaks off, refuses and is busy at random while two workers send: nobody is left out for that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from random import Random

import pytest
from flask import Flask
from sqlalchemy import func, select

from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, InvitationState, Message, MessageKind, MessageState
from survey_app.invitations.operations import draw_invitations, send_messages
from survey_app.settings import Settings
from survey_app.surveys.operations import publish_default_survey
from tests.factories import NOON, make_contact, make_council, make_service
from tests.smtp import SmtpServer, smtp_server
from tests.threads import all_at_once

pytestmark = pytest.mark.soak

PEOPLE, BREAKS, GONE, FULL_MAILBOXES = 2_000, 60, 40, 100
ROUNDS = 400  # minutes
EVERYBODY = [f"resident{n}@example.org" for n in range(PEOPLE)]


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with smtp_server() as server:
        yield server


@pytest.fixture
def settings(settings: Settings, server: SmtpServer) -> Settings:
    object.__setattr__(settings, "mail_url", server.url)
    return settings


@pytest.mark.parametrize("keeps_broken", [True, False])
def test_each_is_asked_once_but_for_those_in_flight_and_the_ledger_adds_up(
    app: Flask, server: SmtpServer, keeps_broken: bool
) -> None:
    dice = Random(PEOPLE)
    with transaction():
        make_council()
        publish_default_survey(NOON - timedelta(days=30))
        service = make_service()
        for email in EVERYBODY:
            make_contact(service, email=email)
    while draw_invitations(NOON + timedelta(hours=1), "draw"):
        pass
    troubled = dice.sample(EVERYBODY, GONE + FULL_MAILBOXES)
    gone, full = troubled[:GONE], troubled[GONE:]
    server.refusals = dict.fromkeys(gone, "550 5.1.1 no such person") | dict.fromkeys(full, "452 4.2.2 mailbox full")
    server.breaks_at, server.keeps_broken = set(dice.sample(range(1, PEOPLE), BREAKS)), keeps_broken
    for minutes in range(ROUNDS):
        now = NOON + timedelta(hours=1, minutes=minutes)
        server.busy = "421 4.3.2 too busy" if dice.random() < 0.2 else None
        if minutes == 20:
            server.refusals = dict.fromkeys(gone, "550 5.1.1 no such person")
        all_at_once(app, *(partial(send_messages, now, f"worker {n}") for n in range(2)))
        if not waiting():
            break
    arrived = Counter(str(message["To"]) for message in server.taken)
    assert set(arrived) == set(EVERYBODY) - set(gone)
    in_flight = len([number for number in server.breaks_at if number <= server.letters]) if keeps_broken else 0
    assert arrived.total() == PEOPLE - GONE + in_flight
    rows = db.session.execute(select(Invitation.state, func.count()).group_by(Invitation.state))
    assert dict(rows.all()) == {
        InvitationState.OPEN: PEOPLE - GONE,
        InvitationState.UNDELIVERABLE: GONE,
    }
    sent = select(func.count()).where(Message.kind == MessageKind.INVITATION, Message.state == MessageState.SENT)
    assert db.session.scalar(sent) == PEOPLE - GONE
    assert db.session.scalar(select(func.count()).where(Message.kind == MessageKind.REMINDER)) == PEOPLE - GONE


def waiting() -> int:
    first = (Message.kind == MessageKind.INVITATION, Message.state == MessageState.WAITING)
    found = db.session.scalar(select(func.count()).where(*first)) or 0
    db.session.rollback()
    return found
