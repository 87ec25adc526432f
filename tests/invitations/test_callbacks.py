"""GOV.UK Notify calls back: who may, what is kept until the job has dealt with it, and what stays when that fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
from flask import Flask
from sqlalchemy import func, select, text
from time_machine import TimeMachineFixture
from werkzeug.test import TestResponse

from survey_app.contacts.models import AddressBlock, BlockReason, OptOut
from survey_app.demo.notify_stand_in import Notification, NotifyStandIn, notify_stand_in
from survey_app.extensions import db, transaction
from survey_app.invitations.models import (
    CALLBACK_ATTEMPTS,
    Callback,
    CallbackKind,
    Invitation,
    InvitationState,
    Message,
    MessageKind,
    MessageState,
    Receipt,
)
from survey_app.invitations.operations import take_callbacks
from survey_app.kernel.clock import utc_now
from survey_app.settings import Settings
from tests.conftest import PersonsClient
from tests.factories import NOON, make_council, make_invitation, make_service, make_survey
from tests.notify import API_KEY, CALLBACK_TOKEN, served

NOTIFY = {"Authorization": f"Bearer {CALLBACK_TOKEN}"}
ASHA = "asha@example.org"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    object.__setattr__(settings, "notify_callback_token", CALLBACK_TOKEN)
    return settings


@pytest.fixture(autouse=True)
def _on_the_day(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOON + timedelta(hours=1))


@pytest.fixture
def invitation(app: Flask) -> Invitation:
    """Asha was asked by e-mail."""
    with transaction():
        make_council()
        invitation = make_invitation(make_service("housing"), make_survey(), NOON.date())
        db.session.add(
            Message(
                invitation=invitation,
                kind=MessageKind.INVITATION,
                state=MessageState.SENT,
                due_at=NOON,
                sent_at=NOON,
            )
        )
    return invitation


def receipt(invitation: Invitation, **facts: Any) -> dict[str, Any]:
    return {
        "id": "740e5834-3a29-46b4-9a6f-16142fde533a",
        "reference": f"{invitation.reference}.invitation",
        "to": ASHA,
        "status": "delivered",
        "created_at": "2026-03-10T12:10:00.000000Z",
        "completed_at": "2026-03-10T12:12:30.000000Z",
        "sent_at": "2026-03-10T12:11:00.000000Z",
        "notification_type": "email",
        "template_id": "f33517ff-2a88-4f6e-b855-c550268ce08a",
        "template_version": 1,
    } | facts


def complaint(invitation: Invitation) -> dict[str, Any]:
    return {
        "notification_id": "740e5834-3a29-46b4-9a6f-16142fde533a",
        "complaint_id": "1f4d7f3c-5a0a-4e0c-9d4f-5b6b6f2a8f01",
        "reference": f"{invitation.reference}.invitation",
        "to": ASHA,
        "complaint_date": "2026-03-10T12:30:00.000000Z",
    }


SMS = {
    "id": "c5a1f0c2-98f5-4a4e-b1a0-3d3d4f1fb5a7",
    "source_number": "447700900123",
    "destination_number": "07700900999",
    "message": "5 great\u0000 service",
    "date_received": "2026-03-10T12:40:00.000000Z",
}


def call(client: PersonsClient, what: str, document: object, headers: dict[str, str] = NOTIFY) -> TestResponse:
    body = document if isinstance(document, bytes) else json.dumps(document)
    return client.post(f"/callbacks/notify/{what}", data=body, headers=headers, content_type="application/json")


def stored() -> int:
    return db.session.scalar(select(func.count(Callback.id))) or 0


def test_a_receipt_is_kept_without_the_address_until_its_job_has_run(
    client: PersonsClient, invitation: Invitation, app: Flask
) -> None:
    assert call(client, "receipt", receipt(invitation)).status_code == 204
    callback = db.session.scalars(select(Callback)).one()
    assert (callback.kind, callback.provider_id) == (CallbackKind.RECEIPT, "740e5834-3a29-46b4-9a6f-16142fde533a")
    assert ASHA not in callback.payload
    assert [task.args for task in app.extensions["huey"].pending()] == [("take_callbacks",)]
    assert take_callbacks(utc_now(), "test") == 1
    assert stored() == 0
    assert invitation.delivered_at == NOON + timedelta(minutes=12, seconds=30)
    assert take_callbacks(utc_now(), "test") == 0


def test_what_is_told_again_is_one_row_and_changes_nothing_later(
    client: PersonsClient, invitation: Invitation, app: Flask
) -> None:
    for _ in range(3):
        assert call(client, "receipt", receipt(invitation)).status_code == 204
    assert stored() == 1
    take_callbacks(utc_now(), "test")
    call(client, "receipt", receipt(invitation, status="temporary-failure"))
    call(client, "receipt", receipt(invitation))
    assert stored() == 2
    woken = [task.args for task in app.extensions["huey"].pending()]
    assert woken.count(("take_callbacks",)) == 2, "the first that waits wakes the job, the others need not"
    take_callbacks(utc_now(), "test")
    assert (invitation.state, db.session.scalars(select(Message.receipt)).one()) == (
        InvitationState.OPEN,
        Receipt.DELIVERED,
    )


def test_a_complaint_blocks_the_address_and_stops_the_person(client: PersonsClient, invitation: Invitation) -> None:
    assert call(client, "complaint", complaint(invitation)).status_code == 204
    take_callbacks(utc_now(), "test")
    assert db.session.execute(select(AddressBlock.key, AddressBlock.reason)).all() == [(ASHA, BlockReason.COMPLAINED)]
    assert db.session.execute(select(OptOut.email_key, OptOut.source)).all() == [(ASHA, "complaint")]
    assert invitation.state is InvitationState.OPTED_OUT


def test_a_text_message_waits_encrypted_for_a_job_of_its_own(client: PersonsClient, app: Flask) -> None:
    for _ in range(2):
        assert call(client, "sms", SMS).status_code == 204
    assert take_callbacks(utc_now(), "test") == 0
    callback = db.session.scalars(select(Callback)).one()
    assert json.loads(callback.payload) == {
        "at": "2026-03-10T12:40:00+00:00",
        "message": "5 great service",
        "recipient": "07700900999",
        "sender": "447700900123",
    }
    raw = db.session.scalar(text("SELECT payload FROM callback"))
    assert raw is not None
    assert "great" not in raw
    assert {task.args for task in app.extensions["huey"].pending()} == {("take_texts",)}


def test_of_a_message_that_is_not_there_yet_notify_is_to_tell_again(
    client: PersonsClient, invitation: Invitation
) -> None:
    for reference in ("ABCDEFGHJK.invitation", "", None, "ours", f"{invitation.reference}.letter", ".invitation"):
        assert call(client, "receipt", receipt(invitation, reference=reference)).status_code == 429
        assert call(client, "complaint", complaint(invitation) | {"reference": reference}).status_code == 429
    assert stored() == 0


def test_who_does_not_show_the_token_is_refused(client: PersonsClient, invitation: Invitation) -> None:
    shown = ("", "Bearer", f"Bearer {CALLBACK_TOKEN}x", f"Basic {CALLBACK_TOKEN}", CALLBACK_TOKEN, "Bearer \xe9\xe9")
    documents = {"receipt": receipt(invitation), "complaint": complaint(invitation), "sms": SMS}
    for what, document in documents.items():
        for header in shown:
            answer = call(client, what, document, {"Authorization": header})
            assert (answer.status_code, answer.text) == (401, "")
        assert call(client, what, document, {}).status_code == 401
    assert stored() == 0


def test_without_a_token_of_ours_there_is_no_such_page(
    client: PersonsClient, settings: Settings, invitation: Invitation
) -> None:
    object.__setattr__(settings, "notify_callback_token", None)
    assert call(client, "receipt", receipt(invitation)).status_code == 404
    assert call(client, "receipt", receipt(invitation), {"Authorization": "Bearer None"}).status_code == 404


def test_what_cannot_be_read_is_said_to_be_so(client: PersonsClient, invitation: Invitation) -> None:
    for body in (b"", b"not JSON", b"\xff\xfe", b"[]", b"[" * 9_000, b'"text"', b"{}", b"NaN"):
        for what in ("receipt", "complaint", "sms"):
            assert call(client, what, body).status_code == 400, (what, body[:9])
    lenient = call(client, "sms", SMS | {"date_received": "today", "destination_number": None})
    assert lenient.status_code == 204, "nobody's answer is lost for that"
    for facts in (
        {"status": "opened"},
        {"status": None},
        {"id": ""},
        {"id": "x" * 81},
        {"reference": 7},
        {"completed_at": "today"},
        {"completed_at": "0001-01-01T00:00:00+14:00"},
    ):
        assert call(client, "receipt", receipt(invitation, **facts)).status_code == 400, facts
    assert stored() == 1


def test_too_much_is_refused_before_it_is_read(client: PersonsClient, invitation: Invitation) -> None:
    assert call(client, "receipt", receipt(invitation, more="x" * 20_000)).status_code == 413
    assert client.get("/callbacks/notify/receipt", headers=NOTIFY).status_code == 405
    assert stored() == 0


def test_one_that_cannot_be_taken_in_fails_alone_and_stays_in_the_end(
    client: PersonsClient, invitation: Invitation
) -> None:
    for number, status in enumerate(("technical-failure", "temporary-failure", "delivered")):
        call(client, "receipt", receipt(invitation, id=str(number), status=status))
    with transaction():
        db.session.execute(text("UPDATE callback SET payload = 'no ciphertext of ours' WHERE provider_id = '1'"))
    now = utc_now()
    assert take_callbacks(now, "test") == 3
    assert invitation.delivered_at is not None, "those after it went on"
    poisoned = db.session.execute(select(Callback.provider_id, Callback.attempts, Callback.last_error)).all()
    assert poisoned == [("1", 1, "InvalidToken")]
    assert take_callbacks(now + timedelta(minutes=1), "test") == 0, "it waits before it is tried again"
    tries = sum(take_callbacks(now + timedelta(hours=hour), "test") for hour in range(1, 20))
    assert tries == CALLBACK_ATTEMPTS - 1
    assert stored() == 1, "for somebody to look at"


def test_a_message_that_was_deleted_meanwhile_ends_its_callback(client: PersonsClient, invitation: Invitation) -> None:
    call(client, "receipt", receipt(invitation))
    with transaction():
        for message in db.session.scalars(select(Message)):
            db.session.delete(message)
    assert take_callbacks(utc_now(), "test") == 1
    assert stored() == 0


def test_a_worker_that_died_leaves_its_callbacks_to_the_next(client: PersonsClient, invitation: Invitation) -> None:
    call(client, "receipt", receipt(invitation))
    now = utc_now()
    with transaction():
        callback = db.session.scalars(select(Callback)).one()
        callback.claimed_by, callback.claimed_until, callback.attempts = "dead", now + timedelta(minutes=2), 1
    assert take_callbacks(now, "test") == 0
    assert take_callbacks(now + timedelta(minutes=3), "test") == 1


@pytest.fixture
def stand_in(app: Flask) -> Iterator[NotifyStandIn]:
    """Notify, and the app where it calls back."""
    with (
        served(app) as address,
        notify_stand_in(API_KEY, callbacks=f"{address}/callbacks/notify", callback_token=CALLBACK_TOKEN) as stand_in,
    ):
        stand_in.retry_seconds = 0.01
        yield stand_in


def told_of(reference: str) -> Notification:
    return Notification("email", ASHA, reference, "body", "subject", None, utc_now())


def test_notify_tells_again_what_came_before_our_own_commit(stand_in: NotifyStandIn, invitation: Invitation) -> None:
    with transaction():
        message = db.session.scalars(select(Message)).one()
        reference = message.reference
        message.kind = MessageKind.REMINDER  # as if the invitation's message were not there yet
    stand_in.retry_seconds = 0.5
    stand_in.send_receipt(told_of(reference))
    while not stand_in.answered:
        pass
    with transaction():
        message.kind = MessageKind.INVITATION
    assert stand_in.drain() == [204]
    assert set(stand_in.answered[:-1]) == {429}
    assert stored() == 1


def test_notify_gives_up_on_what_is_not_ours_and_tells_nothing_twice_that_was_taken(
    stand_in: NotifyStandIn, invitation: Invitation
) -> None:
    with transaction():
        reference = f"{invitation.reference}.invitation"
    stand_in.send_receipt(told_of("of another program"))
    stand_in.send_receipt(told_of(reference))
    assert stand_in.drain() == [429, 204]
    assert sorted(filter(None, stand_in.answered)) == [204, *[429] * 6]


def test_on_the_stand_ins_page_somebody_can_text_back_and_complain(
    stand_in: NotifyStandIn, invitation: Invitation
) -> None:
    with transaction():
        told = told_of(f"{invitation.reference}.invitation")
    stand_in.taken.append(told)
    for act, form in (("text-back", {"number": "07700900123", "message": "5 great"}), ("complain", {"id": told.id})):
        page = requests.post(f"{stand_in.url}/{act}", data=form, timeout=5)
        assert "GOV.UK Notify, a stand-in" in page.text
    assert stand_in.drain() == [204, 204]
    kinds = db.session.scalars(select(Callback.kind).order_by(Callback.kind)).all()
    assert kinds == [CallbackKind.COMPLAINT, CallbackKind.SMS]
