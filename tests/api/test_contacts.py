"""POST /api/v1/contacts: another system of the council sends who got in touch."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from time_machine import TimeMachineFixture
from werkzeug.test import TestResponse

from survey_app.accounts.keys.models import ApiKey
from survey_app.accounts.keys.operations import make_key
from survey_app.api.views import BATCHES_WITH_ONE_KEY, MOST_BYTES
from survey_app.contacts.feeds.models import Feed, FeedDay
from survey_app.contacts.models import Contact, ContactDetail
from survey_app.contacts.operations import import_contacts
from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from tests.conftest import PersonsClient
from tests.factories import NOON, make_service
from tests.threads import all_at_once

URL = "/api/v1/contacts"
CONTACT = {"reference": "C-1", "occurred_at": "2026-03-09T14:30:00Z", "channel": "phone", "service": "waste"}
Send = Callable[..., TestResponse]


@pytest.fixture(autouse=True)
def _at_noon(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def key(app: Flask) -> str:
    make_service("waste", "Waste and recycling")
    text = make_key("Telephone system", ["contacts:write"], days=30, now=NOON).text
    db.session.commit()
    return text


@pytest.fixture
def send(client: PersonsClient, key: str) -> Send:
    """send(body) posts JSON with the key."""

    def post(body: object, **headers: str) -> TestResponse:
        data = body if isinstance(body, bytes) else json.dumps(body)
        sent = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"} | headers
        return client.post(URL, data=data, headers=sent)

    return post


def contacts(number: int, **facts: object) -> list[dict[str, object]]:
    return [CONTACT | {"reference": f"C-{n}", **facts} for n in range(number)]


def outcomes(answer: TestResponse) -> list[tuple[str | None, str]]:
    return [(each["reference"], each["result"]) for each in json.loads(answer.data)["contacts"]]


def counts(answer: TestResponse) -> dict[str, int]:
    body = json.loads(answer.data)
    return {name: body[name] for name in ("read", "accepted", "duplicate", "changed", "rejected")}


def test_a_contact_comes_in_with_types_of_json_as_it_would_from_a_file(send: Send, app: Flask) -> None:
    full: dict[str, Any] = CONTACT | {
        "occurred_at": "2026-03-09T23:30:00-01:00",  # half past midnight of the 10th
        "closed_at": None,
        "reference": 12,
        "case_ref": 12.50,
        "resolved_first_time": True,
        "sensitive": False,
        "email": "Asha@Example.org",
        "phone": "07700 900123",
        "team": "Siân’s team",
    }
    answer = send(json.dumps(full).replace('"case_ref": 12.5', '"case_ref": 0012.50').encode())
    assert answer.status_code == 400  # JSON has no such number: nothing is guessed
    answer = send(full)
    assert (answer.status_code, outcomes(answer)) == (200, [("12", "accepted")])
    found = db.session.scalars(select(Contact)).one()
    assert found.occurred_at == datetime(2026, 3, 10, 0, 30, tzinfo=UTC)
    assert (found.reference, found.case_ref, found.occurred_on) == ("12", "12.5", date(2026, 3, 10))
    assert (found.resolved_first_time, found.sensitive, found.closed_at) == (True, False, None)
    assert found.detail is not None
    assert (found.detail.email, found.detail.phone) == ("asha@example.org", "+447700900123")


def test_a_batch_is_answered_item_by_item_in_its_order(send: Send, app: Flask) -> None:
    assert counts(send([CONTACT]))["accepted"] == 1
    batch = [
        CONTACT | {"reason": "Missed collection"},
        CONTACT | {"reference": "C-2", "Notes": "x", "agent": "y"},
        {"reference": "C-3", "channel": "pigeon", "service": "waste"},
        CONTACT | {"reference": "C-2"},
        CONTACT | {"reference": "C-4", "service": "wast"},
        "C-5",
        CONTACT | {"reference": ["C-6"], "sensitive": 1},
        CONTACT | {"reference": True},
    ]
    answer = send({"contacts": batch})
    assert answer.status_code == 200
    assert counts(answer) == {"read": 8, "accepted": 1, "duplicate": 2, "changed": 1, "rejected": 5}
    assert outcomes(answer) == [
        ("C-1", "changed"),
        ("C-2", "accepted"),
        ("C-3", "rejected"),
        ("C-2", "duplicate"),
        ("C-4", "rejected"),
        (None, "rejected"),
        (None, "rejected"),
        ("yes", "rejected"),
    ]
    body = json.loads(answer.data)
    assert body["dropped_fields"] == ["Notes", "agent"]
    reasons = [each["reasons"] for each in body["contacts"]]
    assert reasons[2][0] == "occurred_at is missing"
    assert "did you mean Waste and recycling (waste)?" in reasons[4][0]
    assert reasons[5:] == [
        ["it is no object"],
        ["reference is neither text nor a number"],
        ["reference is true or false, and should be text"],
    ]
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 2


def test_what_is_wrong_is_said_without_what_was_sent(send: Send) -> None:
    private = "asha.kaur@example.org"
    wrong = dict.fromkeys(("occurred_at", "closed_at", "channel", "language", "sensitive", "service"), private)
    answer = send(CONTACT | wrong)
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert len(json.loads(answer.data)["reasons"]) == 5
    assert "asha" not in answer.text
    assert "asha" not in send([CONTACT | {"service": private}]).text
    assert "asha" not in send(f'{{"email": "{private}", '.encode()).text


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"", {}, 400),
        (b"{", {}, 400),
        (b"[" * 100_000, {}, 400),
        (b'{"reference": NaN}', {}, 400),
        (b'"\xff"', {}, 400),
        (b"12", {}, 400),
        (b"null", {}, 400),
        (b'{"contacts": {}}', {}, 400),
        (b"[]", {"Content-Type": "text/csv"}, 415),
        (b"[]", {"Content-Type": ""}, 415),
        (b"[]", {"Content-Encoding": "gzip"}, 415),
        (b"[" + b"{}," * 1_000 + b"{}]", {}, 413),
        (b" " * (MOST_BYTES + 1), {}, 413),
        (b"[]", {"Authorization": ""}, 401),
    ],
)
def test_what_cannot_be_read_is_a_problem_and_stores_nothing(
    send: Send, app: Flask, body: bytes, headers: dict[str, str], status: int
) -> None:
    answer = send(body, **headers)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert json.loads(answer.data)["status"] == status
    assert db.session.scalar(select(func.count()).select_from(Feed)) == 0


def test_a_thousand_contacts_of_more_than_a_million_bytes_come_in_once(send: Send, app: Flask) -> None:
    batch = contacts(1_000, reason="r" * 120, outcome="o" * 120, notes="x" * 1_000)
    answer = send(batch)
    assert counts(answer) == {"read": 1_000, "accepted": 1_000, "duplicate": 0, "changed": 0, "rejected": 0}
    assert counts(send(batch))["duplicate"] == 1_000


def test_what_came_is_noted_for_the_key_and_the_day(send: Send, app: Flask) -> None:
    send([])
    send([CONTACT, {}])
    send({})  # refused on its own, and counted: its owner should hear of it
    feed = db.session.scalars(select(Feed)).one()
    key = db.session.scalars(select(ApiKey)).one()
    assert (feed.name, feed.source, feed.last_at) == ("Telephone system", f"key:{key.public}", NOON)
    day = db.session.scalars(select(FeedDay)).one()
    assert (day.day, day.read, day.accepted, day.rejected) == (NOON.date(), 3, 1, 2)
    assert key.last_used_on == NOON.date()


def test_two_that_send_the_same_batch_at_once_add_each_contact_once(app: Flask, key: str) -> None:
    batch = contacts(200, email="asha@example.org")
    answers: list[TestResponse] = []

    def post(body: list[dict[str, object]]) -> None:
        headers = {"Authorization": f"Bearer {key}"}
        answers.append(app.test_client().post(URL, json=body, headers=headers))

    all_at_once(app, lambda: post(batch), lambda: post(batch[::-1]), lambda: post(batch))
    assert [answer.status_code for answer in answers] == [200] * 3
    assert sum(counts(answer)["accepted"] for answer in answers) == 200
    assert sum(counts(answer)["duplicate"] for answer in answers) == 400
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 200
    assert db.session.scalar(select(func.count()).select_from(ContactDetail)) == 200
    assert db.session.scalar(select(FeedDay.read)) == 600


def test_a_batch_and_a_file_with_the_same_contacts_at_once(app: Flask, key: str, tmp_path: Any) -> None:
    file = tmp_path / "contacts.csv"
    rows = [f"C-{n},2026-03-09T14:30:00Z,phone,waste" for n in range(300)]
    file.write_text("\n".join(["reference,occurred_at,channel,service", *rows]))
    answers: list[TestResponse] = []

    def post() -> None:
        sent = app.test_client().post(URL, json=contacts(300), headers={"Authorization": f"Bearer {key}"})
        answers.append(sent)

    all_at_once(app, post, lambda: import_contacts(file, now=utc_now(), batch_rows=50))
    assert answers[0].status_code == 200
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 300
    assert db.session.scalar(select(func.sum(FeedDay.accepted))) == 300


def test_contacts_wake_the_draw(send: Send, app: Flask) -> None:
    woken: list[str] = []
    app.extensions["run_job_task"] = woken.append
    send(CONTACT)
    assert "draw_invitations" in woken


def test_neither_cookie_nor_form_token_is_asked_for_or_given(send: Send, sign_in: Callable[..., PersonsClient]) -> None:
    assert "Set-Cookie" not in send(CONTACT).headers
    signed_in = sign_in("administrator").post(URL, json=CONTACT)
    assert (signed_in.status_code, "Set-Cookie" in signed_in.headers) == (401, False)


def test_a_key_that_sends_too_often_waits(send: Send) -> None:
    most = int(BATCHES_WITH_ONE_KEY.split()[0])
    statuses = {send(b"").status_code for _ in range(most)}
    late = send(b"")
    assert (statuses, late.status_code, late.mimetype) == ({400}, 429, "application/problem+json")
    assert int(late.headers["Retry-After"]) > 0


def test_only_post_is_taken(client: PersonsClient, key: str) -> None:
    answer = client.get(URL, headers={"Authorization": f"Bearer {key}"})
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert "POST" in answer.headers["Allow"]
