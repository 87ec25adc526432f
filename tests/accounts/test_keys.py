"""API keys: who has one gets in to what it is for, until it ends; nobody can read one out of the database."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from survey_app.accounts.keys.jobs import note_use_later
from survey_app.accounts.keys.models import ApiKey
from survey_app.accounts.keys.operations import make_key, note_use, revoke_key
from survey_app.accounts.keys.queries import key_by_public, key_holder
from survey_app.audit.models import AuditLine
from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput
from survey_app.web.access import requires_key
from tests.factories import NOON
from tests.queue import work_off

SCOPE = "contacts:write"


@pytest.fixture
def room(app):
    """A route that needs a key, and one whose scope no key has."""

    def inside() -> str:
        return "inside"

    app.add_url_rule("/api/room", "room", requires_key(SCOPE)(inside))
    app.add_url_rule("/api/cellar", "cellar", requires_key("cellar:read")(lambda: "below"))
    return "/api/room"


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def test_a_key_opens_what_it_is_for_and_nothing_else(client, room):
    key = make_key("Telephone system", [SCOPE], days=30, now=utc_now())
    assert client.get(room, headers=bearer(key.text)).text == "inside"
    refused = client.get("/api/cellar", headers=bearer(key.text))
    assert (refused.status_code, refused.mimetype) == (403, "application/problem+json")
    assert 'error="insufficient_scope"' in refused.headers["WWW-Authenticate"]


def test_without_a_good_key_every_answer_is_the_same(client, room, sign_in):
    now = utc_now()
    good, revoked = (make_key("A system", [SCOPE], days=30, now=now) for _ in range(2))
    expired = make_key("An old system", [SCOPE], days=1, now=now - timedelta(days=2))
    revoke_key(key_by_public(revoked.public), now=now)
    wrong_secret = good.text[:-1] + ("A" if good.text[-1] != "A" else "B")
    unknown = good.text.replace(good.public, "A" * 10)
    given = [{}, bearer(""), bearer("x y"), {"Authorization": good.text}, {"Authorization": f"Basic {good.text}"}]
    given += [bearer(text) for text in (expired.text, revoked.text, wrong_secret, unknown, good.public, "ü")]
    answers = [client.get(room, headers=headers) for headers in given]
    answers.append(sign_in("administrator").get(room))  # whoever is signed in is nobody here
    assert {(answer.status_code, answer.text) for answer in answers} == {(401, answers[0].text)}
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {'Bearer realm="API"'}
    assert {answer.mimetype for answer in answers} == {"application/problem+json"}
    assert all("Set-Cookie" not in answer.headers for answer in answers)


def test_the_database_and_the_audit_hold_nothing_to_use_a_key_with(app):
    made = make_key("Telephone system", [SCOPE], days=30, now=NOON)
    secret = made.text.removeprefix(f"survey_{made.public}_")
    row = db.session.execute(select(ApiKey.__table__)).one()
    lines = [(line.action, line.subject, line.after) for line in db.session.scalars(select(AuditLine))]
    assert secret not in repr(row) + repr(lines)
    assert lines == [
        ("api key made", f"api key {made.public}", {"scopes": [SCOPE], "expires_on": "2026-04-09"}),
    ]
    assert key_holder(made.text, NOON).may(SCOPE)


def test_last_use_is_noted_once_a_day_and_for_the_london_day(app):
    made = make_key("Telephone system", [SCOPE], days=300, now=NOON)
    key = key_by_public(made.public)
    late = NOON.replace(month=6, hour=23, minute=30)  # half past midnight of the next day in London
    for at, day in (
        (NOON, NOON.date()),
        (late, late.date() + timedelta(days=1)),
        (NOON, late.date() + timedelta(days=1)),
    ):
        note_use(key.id, at)
        db.session.refresh(key)
        assert key.last_used_on == day


def test_use_that_changes_nothing_is_noted_by_the_worker_and_waits_once_an_hour_at_most(app):
    made = make_key("Telephone system", [SCOPE], days=300, now=NOON)
    key = key_by_public(made.public)
    app.extensions["huey"].flush()
    for _ in range(5):
        note_use_later(key.id, NOON)
    assert key.last_used_on is None
    assert work_off(app) == 1
    assert key.last_used_on == NOON.date()


@pytest.mark.parametrize(
    ("name", "scopes", "days", "words"),
    [
        (" ", [SCOPE], 30, "Name the system"),
        ("x" * 81, [SCOPE], 30, "at most 80"),
        ("System", [], 30, "what the key is for"),
        ("System", ["everything"], 30, "no scope everything; there is contacts:write"),
        ("System", [SCOPE], 0, "from 1 to 730 days"),
        ("System", [SCOPE], 731, "from 1 to 730 days"),
    ],
)
def test_a_key_without_name_purpose_or_end_is_not_made(app, name, scopes, days, words):
    with pytest.raises(InvalidInput, match=words):
        make_key(name, scopes, days=days, now=NOON)


def test_keys_are_made_listed_and_revoked_on_the_command_line(client, room, runner):
    made = runner.invoke(args=["api-keys", "create", "CRM", "--scope", SCOPE, "--days", "7"])
    text = made.stdout.strip()
    assert client.get(room, headers=bearer(text)).status_code == 200
    listed = json.loads(runner.invoke(args=["api-keys", "list", "--json"]).stdout)
    assert [(key["name"], key["state"], key["last_used_on"]) for key in listed] == [("CRM", "good", None)]
    assert text not in runner.invoke(args=["api-keys", "list"]).output
    assert runner.invoke(args=["api-keys", "revoke", listed[0]["public"]]).exit_code == 0
    assert client.get(room, headers=bearer(text)).status_code == 401
    assert runner.invoke(args=["api-keys", "revoke", "NOSUCHKEY9"]).exit_code == 1
    assert runner.invoke(args=["api-keys", "create", "CRM", "--scope", "all"]).exit_code == 1


def test_the_api_answers_what_it_does_not_know_with_a_problem(client):
    answer = client.get("/api/v1/nothing")
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert json.loads(answer.data) == {
        "title": "Not Found",
        "status": 404,
        "detail": "There is nothing at this address.",
    }
