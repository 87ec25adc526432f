"""A session is a row: without a live one a cookie is worth nothing. Everybody sees and ends their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from survey_app.accounts.models import SignedInBy, StaffSession, User
from survey_app.accounts.operations import deactivate, end_sessions
from survey_app.accounts.sessions.devices import device_in_words
from survey_app.accounts.sessions.operations import forget_sessions
from survey_app.audit.models import AuditLine
from survey_app.extensions import db, transaction
from survey_app.kernel.tokens import token_digest
from tests.conftest import PersonsClient
from tests.factories import NOON, PASSWORD, make_user
from tests.queue import work_off
from tests.statements import statements

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1"


@pytest.fixture
def priya(app: Flask) -> User:
    return make_user("cse_lead", email="priya@example.org")


@pytest.fixture
def other(app: Flask, client: PersonsClient) -> PersonsClient:
    """Another browser."""
    return PersonsClient(app, app.response_class)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def is_in(client: PersonsClient) -> bool:
    return client.get("/accounts/").status_code == 200


def cookie_of(client: PersonsClient) -> str:
    cookie = client.get_cookie("session")
    assert cookie is not None
    return cookie.value


def rows() -> list[StaffSession]:
    db.session.rollback()
    return list(db.session.scalars(select(StaffSession).order_by(StaffSession.id)))


class TestASession:
    def test_begins_at_sign_in_with_a_key_of_which_only_the_digest_is_stored(self, client, priya):
        client.sign_in(priya.email)
        with client.session_transaction() as session:
            key = session["key"]
        (row,) = rows()
        assert row.key_digest == token_digest(key)
        assert (row.user_id, row.signed_in_by, row.ended_at) == (priya.id, SignedInBy.PASSWORD, None)
        assert row.ends_at - row.started_at == timedelta(hours=12)

    def test_is_not_made_by_a_wrong_password(self, client, priya):
        client.sign_in(priya.email, "wrong horse battery")
        assert rows() == []

    def test_says_which_browser_it_was_in_words_of_ours(self, client, priya):
        client.environ_base["HTTP_USER_AGENT"] = CHROME
        client.sign_in(priya.email)
        assert rows()[0].device == "Chrome on Windows"

    def test_costs_no_statement_more_than_the_user_did(self, app, client, priya):
        client.sign_in(priya.email)
        with statements() as sent:
            client.get("/accounts/")
        asked = [statement for statement in sent if "staff_session" in statement]
        assert len(asked) == 1
        assert "FROM staff_user JOIN staff_session" in asked[0]
        assert (
            len([statement for statement in sent if re.search(r"FROM (staff_user|user_role|role)\b", statement)]) == 1
        )

    def test_ends_after_twelve_hours_whatever_is_done_with_it(self, client, priya, clock):
        client.sign_in(priya.email)
        for _ in range(14):
            clock.shift(timedelta(minutes=50))
            assert is_in(client)
        clock.shift(timedelta(minutes=21))
        assert not is_in(client)

    def test_ends_after_as_many_hours_as_the_settings_say(self, settings, make_app, priya, clock):
        app = make_app(replace(settings, session_hours=1))
        client = PersonsClient(app, app.response_class)
        client.sign_in(priya.email)
        clock.shift(timedelta(minutes=40))
        assert is_in(client)
        clock.shift(timedelta(minutes=21))
        assert not is_in(client)

    def test_that_was_left_for_an_hour_is_over_for_whoever_kept_its_cookie(self, client, other, priya, clock):
        client.sign_in(priya.email)
        other.set_cookie("session", cookie_of(client))
        clock.shift(timedelta(minutes=61))
        assert not is_in(other)

    def test_of_somebody_whose_access_ended_is_over(self, client, priya):
        client.sign_in(priya.email)
        deactivate(priya, datetime.now(UTC))
        assert not is_in(client)
        assert rows()[0].ended_at is not None

    def test_of_somebody_who_is_signed_out_everywhere_is_over(self, client, other, priya):
        for each in (client, other):
            each.sign_in(priya.email)
        end_sessions(priya, datetime.now(UTC))
        assert not is_in(client) and not is_in(other)
        assert all(row.ended_at for row in rows())

    def test_that_has_ended_takes_its_cookie_with_it(self, client, priya):
        client.sign_in(priya.email)
        with transaction():
            db.session.scalars(select(StaffSession)).one().ended_at = datetime.now(UTC)
        client.get("/accounts/")
        assert client.get_cookie("session") is None

    def test_without_its_row_is_nobody(self, client, priya):
        client.sign_in(priya.email)
        with transaction():
            db.session.delete(db.session.scalars(select(StaffSession)).one())
        assert not is_in(client)


class TestSessionFixation:
    """Somebody gives a person a cookie before they sign in, and holds it afterwards."""

    def test_a_cookie_of_before_is_worth_nothing_afterwards(self, client, other, priya):
        client.get("/accounts/sign-in")
        planted = cookie_of(client)
        client.sign_in(priya.email)
        assert is_in(client)
        other.set_cookie("session", planted)
        assert not is_in(other)

    def test_the_token_of_forms_is_another_one_afterwards(self, client, priya):
        token = re.search(r'csrf_token" value="([^"]+)', client.get("/accounts/sign-in").text)[1]
        client.sign_in(priya.email)
        assert client.post("/accounts/sign-out", data={"csrf_token": token}).status_code == 400
        assert is_in(client)

    def test_what_was_put_into_the_cookie_before_is_gone(self, client, priya):
        with client.session_transaction() as session:
            session["planted"], session["key"] = "a thing", "A" * 22
        client.sign_in(priya.email)
        with client.session_transaction() as session:
            assert "planted" not in session
            assert session["key"] != "A" * 22

    def test_a_key_of_somebody_else_does_not_go_with_ones_own_name(self, app, client, other, priya):
        admin = make_user("administrator")
        client.sign_in(priya.email)
        other.sign_in(admin.email)
        with other.session_transaction() as session:
            theirs = session["_user_id"]
        with client.session_transaction() as session:
            session["_user_id"] = theirs
        assert not is_in(client)

    def test_a_cookie_that_was_kept_is_worth_nothing_after_sign_out(self, client, other, priya):
        client.sign_in(priya.email)
        kept = cookie_of(client)
        client.send_form("/accounts/sign-out", form_at="/accounts/")
        other.set_cookie("session", kept)
        assert not is_in(other)


class TestAfterANewPassword:
    NEW = "another horse battery"

    def test_this_browser_goes_on_with_a_new_key_and_all_others_end(self, client, other, priya):
        for each in (client, other):
            each.sign_in(priya.email)
        kept = cookie_of(client)
        form = {"password": PASSWORD, "new_password": self.NEW, "new_password_confirm": self.NEW}
        client.send_form("/accounts/password", **form)
        assert is_in(client) and not is_in(other)
        assert [row.ended_at is None for row in rows()] == [False, False, True]
        other.set_cookie("session", kept)
        assert not is_in(other)


class TestThePage:
    def test_lists_ones_own_and_says_which_is_this(self, client, other, priya):
        client.environ_base["HTTP_USER_AGENT"] = CHROME
        other.environ_base["HTTP_USER_AGENT"] = SAFARI
        for each in (client, other):
            each.sign_in(priya.email)
        make_user("administrator", email="somebody@example.org")
        PersonsClient(client.application, client.application.response_class).sign_in("somebody@example.org")
        page = client.get("/accounts/sessions/").text
        assert "signed in with 2 browsers" in page
        assert re.search(r"Chrome on Windows <span[^>]*>this one", page)
        assert "Safari on iPhone" in page

    def test_signs_another_browser_out(self, client, other, priya):
        for each in (client, other):
            each.sign_in(priya.email)
        theirs = rows()[1].reference
        answer = client.send_form(f"/accounts/sessions/{theirs}/end", form_at="/accounts/sessions/")
        assert answer.status_code == 303
        assert is_in(client) and not is_in(other)
        assert "nowhere else" in client.get("/accounts/sessions/").text

    def test_signs_this_browser_out(self, client, priya):
        client.sign_in(priya.email)
        answer = client.send_form(f"/accounts/sessions/{rows()[0].reference}/end", form_at="/accounts/sessions/")
        assert answer.location == "/accounts/signed-out"
        assert not is_in(client)

    def test_signs_all_others_out(self, client, other, priya):
        third = PersonsClient(client.application, client.application.response_class)
        for each in (client, other, third):
            each.sign_in(priya.email)
        client.send_form("/accounts/sessions/end-others", form_at="/accounts/sessions/")
        assert is_in(client) and not is_in(other) and not is_in(third)
        line = db.session.scalars(select(AuditLine).where(AuditLine.action == "sessions ended")).one()
        assert (line.subject, line.actor_id, line.after) == (f"user {priya.id}", str(priya.id), {"sessions": 2})

    def test_somebody_elses_session_looks_like_one_that_there_is_not(self, client, other, priya):
        admin = make_user("administrator")
        other.sign_in(admin.email)
        theirs = rows()[0].reference
        client.sign_in(priya.email)
        refused, missing = (
            client.send_form(f"/accounts/sessions/{reference}/end", form_at="/accounts/sessions/")
            for reference in (theirs, "NOSUCHTHING")
        )
        assert (refused.status_code, missing.status_code) == (404, 404)
        assert is_in(other)

    def test_ends_nothing_without_the_forms_token(self, client, other, priya):
        for each in (client, other):
            each.sign_in(priya.email)
        assert client.post("/accounts/sessions/end-others").status_code == 400
        assert is_in(other)

    def test_asks_no_more_of_the_database_for_many_sessions(self, client, priya):
        def asked() -> int:
            with statements() as sent:
                client.get("/accounts/sessions/")
            return len(sent)

        client.sign_in(priya.email)
        few = asked()
        for _ in range(10):
            PersonsClient(client.application, client.application.response_class).sign_in(priya.email)
        assert asked() == few


class TestLastSeen:
    def test_is_written_by_the_worker_and_never_by_the_page(self, app, client, priya, clock):
        client.sign_in(priya.email)
        clock.shift(timedelta(minutes=5))
        client.get("/accounts/")
        assert rows()[0].last_seen_at == NOON
        work_off(app)
        assert rows()[0].last_seen_at == NOON + timedelta(minutes=5)

    def test_is_noted_once_a_minute_at_most_worker_or_no_worker(self, app, client, priya, clock):
        client.sign_in(priya.email)
        app.extensions["huey"].flush()
        for _ in range(6):
            clock.shift(timedelta(seconds=20))
            client.get("/accounts/")
        assert len(app.extensions["huey"]) <= 2

    def test_a_page_comes_although_the_queue_is_gone(self, redis_is_gone, make_app, priya, clock):
        app = make_app(redis_is_gone)
        client = PersonsClient(app, app.response_class)
        client.sign_in(priya.email)
        clock.shift(timedelta(minutes=5))
        assert is_in(client)


def test_sessions_are_forgotten_ninety_days_after_their_end(client, priya, clock):
    client.sign_in(priya.email)
    over = NOON + timedelta(hours=12, days=90)
    assert forget_sessions(over, "worker") == 0
    assert forget_sessions(over + timedelta(seconds=1), "worker") == 1
    assert rows() == []


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (CHROME, "Chrome on Windows"),
        (f"{CHROME} Edg/140.0", "Edge on Windows"),
        (SAFARI, "Safari on iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on a Mac"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("", "a browser"),
        ("<script>alert(1)</script>", "a browser"),
        ("curl/8.0 on my Windows", "a browser on Windows"),
    ],
)
def test_a_device_is_told_in_a_few_known_words(user_agent, words):
    assert device_in_words(user_agent) == words
