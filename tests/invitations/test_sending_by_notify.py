"""Sending by GOV.UK Notify, over real HTTP to its stand-in: nobody is lost, and we wait as long as we are told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from time_machine import TimeMachineFixture

from survey_app.contacts.models import AddressBlock, AskingRules, BlockReason, ContactDetail, OptOut
from survey_app.contacts.queries import index_key
from survey_app.demo.notify_stand_in import TEMPLATES, Notification, NotifyStandIn, notify_stand_in
from survey_app.extensions import db, transaction
from survey_app.invitations.models import Invitation, InvitationState, Message, MessageState, Receipt
from survey_app.invitations.operations import draw_invitations, send_messages, take_callbacks
from survey_app.kernel.tokens import keyed_hash
from survey_app.organisation.models import Service
from survey_app.responses.models import AnswerText
from survey_app.responses.operations import take_texts
from survey_app.settings import Settings
from survey_app.surveys.operations import publish_default_survey
from tests.factories import NOON, make_contact, make_council, make_service
from tests.notify import API_KEY, CALLBACK_TOKEN, served

NEXT_DAY = NOON + timedelta(days=1)


@pytest.fixture
def stand_in() -> Iterator[NotifyStandIn]:
    with notify_stand_in(API_KEY, callback_token=CALLBACK_TOKEN) as stand_in:
        yield stand_in


@pytest.fixture
def settings(settings: Settings, stand_in: NotifyStandIn) -> Settings:
    object.__setattr__(settings, "notify_api_key", API_KEY)
    object.__setattr__(settings, "notify_base_url", stand_in.url)
    object.__setattr__(settings, "notify_callback_token", CALLBACK_TOKEN)
    object.__setattr__(settings, "base_url", "https://survey.anyborough.example")
    return settings


@pytest.fixture(autouse=True)
def _on_the_next_day(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NEXT_DAY)


@pytest.fixture
def housing(app: Flask) -> Service:
    """A council that sends by Notify."""
    with transaction():
        make_council()
        publish_default_survey(NOON - timedelta(days=30))
        db.session.add(
            AskingRules(
                texts_are_on=True,
                reminder_after_days=0,
                notify_email_template=TEMPLATES["email"],
                notify_text_template=TEMPLATES["sms"],
            )
        )
        return make_service("housing", "Housing [click](https://evil.example)")


def ask(service: Service, *addresses: str) -> None:
    with transaction():
        for address in addresses:
            make_contact(service, email=address)
    while draw_invitations(NEXT_DAY, "test"):
        pass


def send_all(app: Flask, now: datetime = NEXT_DAY) -> None:
    while send_messages(now, "test"):
        pass


def states() -> Counter[MessageState]:
    return Counter(dict(db.session.execute(select(Message.state, func.count()).group_by(Message.state)).all()))


def test_an_invitation_goes_out_with_our_links_alone(app: Flask, housing: Service, stand_in: NotifyStandIn) -> None:
    ask(housing, "asha@example.org")
    send_all(app)
    (sent,) = stand_in.taken
    message = db.session.scalars(select(Message)).one()
    assert (sent.reference, message.provider_id, message.state) == (message.reference, sent.id, MessageState.SENT)
    assert sent.unsubscribe_url is not None
    assert sent.unsubscribe_url.startswith("https://survey.anyborough.example/u/")
    assert "[Very satisfied](https://survey.anyborough.example/s/" in sent.body
    assert "https://evil" not in sent.body
    assert "https://anyborough.example/complain" in sent.body


def test_who_has_a_mobile_number_alone_gets_a_text_message_and_answers_by_one(
    app: Flask, housing: Service, stand_in: NotifyStandIn
) -> None:
    with transaction():
        contact = make_contact(housing, email=None)
        contact.detail = ContactDetail(
            phone="+447700900123",
            phone_is_mobile=True,
            phone_key=keyed_hash(index_key(), "+447700900123"),
            keep_until=(NOON + timedelta(days=30)).date(),
        )
    ask(housing)
    send_all(app)
    assert [(sent.kind, sent.to) for sent in stand_in.taken] == [("sms", "+447700900123")]
    with served(app) as address:
        stand_in.callbacks = f"{address}/callbacks/notify"
        stand_in.text_back("07700900123", "5 great")
        assert stand_in.drain() == [204]
    assert take_texts(NEXT_DAY + timedelta(minutes=1), "test") == 1
    invitation = db.session.scalars(select(Invitation)).one()
    assert invitation.state is InvitationState.ANSWERED
    assert db.session.scalars(select(AnswerText.raw)).all() == ["great"]


def test_an_address_that_notify_refuses_is_undeliverable_and_the_others_go_out(
    app: Flask, housing: Service, stand_in: NotifyStandIn
) -> None:
    ask(housing, "nobody@nowhere", "asha@example.org")
    send_all(app)
    assert [sent.to for sent in stand_in.taken] == ["asha@example.org"]
    assert db.session.execute(select(AddressBlock.key, AddressBlock.reason)).all() == [
        ("nobody@nowhere", BlockReason.DOES_NOT_EXIST)
    ]
    refused = db.session.scalars(select(Invitation).where(Invitation.undeliverable_at.is_not(None))).one()
    assert (refused.state, refused.undeliverable_reason) == (InvitationState.UNDELIVERABLE, Receipt.PERMANENT_FAILURE)


def test_through_limits_errors_and_lost_answers_everybody_is_asked(
    app: Flask, housing: Service, stand_in: NotifyStandIn, time_machine: TimeMachineFixture
) -> None:
    everybody = [f"person{number}@example.org" for number in range(12)]
    ask(housing, *everybody)
    stand_in.rate_a_minute = 3
    send_all(app)
    assert states() == {MessageState.SENT: 3, MessageState.WAITING: 9}
    send_all(app, NEXT_DAY + timedelta(seconds=59))
    assert len(stand_in.taken) == 3, "it waits for the minute"
    stand_in.rate_a_minute = 3_000
    stand_in.failures.append(500)
    now = NEXT_DAY + timedelta(seconds=61)
    send_all(app, now)
    stand_in.lost_answers = 1
    now += timedelta(minutes=2)
    send_all(app, now)
    for _ in range(3):
        now += timedelta(minutes=2)
        send_all(app, now)
    assert states() == {MessageState.SENT: 12}
    times = Counter(sent.to for sent in stand_in.taken)
    assert set(times) == set(everybody)
    assert sorted(times.values()) == [1] * 11 + [2], "the one whose answer was lost twice at most"
    assert max(db.session.scalars(select(Message.attempts))) <= 2


def test_a_days_limit_is_waited_for_until_midnight_utc(
    app: Flask, housing: Service, stand_in: NotifyStandIn, time_machine: TimeMachineFixture
) -> None:
    ask(housing, "asha@example.org", "bryn@example.org")
    stand_in.limits_a_day["email"] = 1
    send_all(app)
    stand_in.limits_a_day["email"] = 100
    send_all(app, NEXT_DAY + timedelta(hours=11))
    assert len(stand_in.taken) == 1
    midnight = datetime(2026, 3, 12, 0, 1, tzinfo=UTC)
    send_all(app, midnight)
    assert len(stand_in.taken) == 2


def test_without_a_template_messages_wait_and_say_why(app: Flask, housing: Service, stand_in: NotifyStandIn) -> None:
    with transaction():
        db.session.scalars(select(AskingRules)).one().notify_email_template = None
    ask(housing, "asha@example.org")
    send_all(app)
    assert states() == {MessageState.WAITING: 1}
    assert stand_in.taken == []


def test_a_receipt_of_what_we_do_not_know_to_be_sent_keeps_it_from_going_out_twice(
    app: Flask, housing: Service, stand_in: NotifyStandIn
) -> None:
    """Notify took it, its answer was lost; or the worker was killed before it could note what Notify had taken."""
    ask(housing, "asha@example.org", "bryn@example.org")
    stand_in.lost_answers = 1
    with served(app) as address:
        stand_in.callbacks = f"{address}/callbacks/notify"
        send_messages(NEXT_DAY, "test")
        assert stand_in.drain() == [204]
    with transaction():
        (lost,) = stand_in.taken
        (other,) = (message for message in db.session.scalars(select(Message)) if message.reference != lost.reference)
        other.claimed_by, other.claimed_until = "dead", NEXT_DAY + timedelta(minutes=4)
        told = Notification("email", "bryn@example.org", other.reference, "", "", None, NEXT_DAY)
    with served(app) as address:
        stand_in.callbacks = f"{address}/callbacks/notify"
        stand_in.send_receipt(told)
        assert stand_in.drain() == [204]
    assert take_callbacks(NEXT_DAY + timedelta(seconds=10), "test") == 2
    send_all(app, NEXT_DAY + timedelta(minutes=5))
    assert stand_in.taken == [lost]
    assert states() == {MessageState.SENT: 2}
    assert db.session.scalar(select(func.count(Invitation.sent_at)).where(Invitation.delivered_at.is_not(None))) == 2


def test_from_sending_to_receipts_and_a_complaint(app: Flask, housing: Service, stand_in: NotifyStandIn) -> None:
    ask(housing, "asha@example.org", "perm-fail@simulator.notify", "temp-fail@simulator.notify")
    with ExitStack() as stack:
        stand_in.callbacks = f"{stack.enter_context(served(app))}/callbacks/notify"
        stand_in.retry_seconds = 0.2
        send_all(app)
        assert set(stand_in.drain()) == {204}
        stand_in.complain(next(sent for sent in stand_in.taken if sent.to == "asha@example.org"))
        assert stand_in.drain() == [204]
    while take_callbacks(NEXT_DAY + timedelta(seconds=5), "test"):
        pass
    reasons = db.session.execute(select(Invitation.state, Invitation.undeliverable_reason)).all()
    assert sorted(reasons, key=str) == [
        (InvitationState.OPTED_OUT, None),
        (InvitationState.UNDELIVERABLE, Receipt.PERMANENT_FAILURE),
        (InvitationState.UNDELIVERABLE, Receipt.TEMPORARY_FAILURE),
    ]
    assert db.session.scalars(select(OptOut.source)).all() == ["complaint"]
    assert set(db.session.execute(select(AddressBlock.key, AddressBlock.reason)).all()) == {
        ("asha@example.org", BlockReason.COMPLAINED),
        ("perm-fail@simulator.notify", BlockReason.DOES_NOT_EXIST),
    }
