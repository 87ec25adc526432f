"""Whatever another system sends to the API is taken, or refused with a problem: never an error of ours."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import delete

from survey_app.accounts.keys.operations import make_key
from survey_app.contacts.feeds.models import Feed, FeedDay
from survey_app.contacts.models import Contact, ContactDetail
from survey_app.contacts.reading import COLUMNS
from survey_app.extensions import db, transaction
from survey_app.organisation.models import Site, Team
from tests.conftest import PersonsClient
from tests.factories import make_council, make_service
from tests.fuzz.conftest import NEXT_DAY, hypothetical, stored, whole
from tests.fuzz.nasty import any_text

GOOD = {"reference": "C-1", "occurred_at": "2026-03-09T14:30Z", "channel": "phone", "service": "housing"}

scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), any_text)
anything = st.recursive(scalars, lambda each: st.lists(each, max_size=3) | st.dictionaries(any_text, each, max_size=3))
objects = st.builds(
    lambda fields, more: GOOD | fields | more,
    st.dictionaries(st.sampled_from(COLUMNS), anything, max_size=5),
    st.dictionaries(any_text, anything, max_size=2),
)
bodies = st.one_of(
    st.binary(max_size=200),
    st.one_of(anything, objects, st.lists(st.one_of(objects, anything), max_size=4)).map(
        lambda x: json.dumps(x).encode()
    ),
)


@pytest.fixture
def key(app: Flask) -> str:
    make_council()
    make_service("housing")
    text = make_key("Telephone system", ["contacts:write"], days=30, now=NEXT_DAY).text
    db.session.commit()
    app.extensions["tries"].enabled = False
    return text


@hypothetical
@given(body=bodies)
@example(body=json.dumps(GOOD | {"reference": "\x00\ud800", "team": "=\x1bT\u202e"}).encode())
@example(body=json.dumps([GOOD | {"reference": "\udcff1", "\x00": 1, "email": "\ud800@example.org"}]).encode())
@example(body=b'[{"reference": ' + b"9" * 6_000 + b"}]")
@example(body=b'{"a":' * 50_000)
def test_any_body_is_taken_or_refused(client: PersonsClient, key: str, body: bytes) -> None:
    before = stored()
    try:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        answer = whole(client.post("/api/v1/contacts", data=body, headers=headers))
        found, after = json.loads(answer.data), stored()
        assert after["contact"] - before["contact"] == found.get("accepted", 0)
        if answer.status_code == 200:
            assert found["read"] == len(found["contacts"]) == found["accepted"] + found["duplicate"] + found["rejected"]
        else:
            assert (answer.status_code, answer.mimetype) in [(s, "application/problem+json") for s in (400, 413, 422)]
    finally:
        with transaction():
            for model in (ContactDetail, Contact, Team, Site, FeedDay, Feed):
                db.session.execute(delete(model))


@hypothetical
@given(given_key=any_text)
def test_any_text_for_a_key_is_refused(client: PersonsClient, key: str, given_key: str) -> None:
    line = given_key.replace("\r", "").replace("\n", "").encode("latin-1", "ignore").decode("latin-1")
    answer = whole(client.post("/api/v1/contacts", data=b"{}", headers={"Authorization": f"Bearer {line}"}))
    assert answer.status_code == 401
