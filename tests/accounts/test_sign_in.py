"""Signing in, and everything that must not get in."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask_security import forms, hash_password

from survey_app.extensions import db
from survey_app.web.access import requires
from survey_app.web.menu import MenuEntry, add_to_menu
from tests.conftest import PersonsClient
from tests.factories import PASSWORD, make_service, make_user

WRONG = "The e-mail address or the password is not right."

MENU = [MenuEntry("Set-up", "/admin/", "manage_users"), MenuEntry("Evidence", "/evidence/", "view_evidence")]


@pytest.fixture
def priya(app):
    return make_user("cse_lead", email="priya@example.org")


def test_the_right_password_signs_in(client, priya):
    answer = client.sign_in("priya@example.org")
    assert (answer.status_code, answer.location) == (302, "/accounts/start")
    assert "priya@example.org" in client.get("/accounts/").text


def test_the_address_may_be_typed_in_any_letters(client, priya):
    assert client.sign_in("PRIYA@Example.org").status_code == 302


def test_a_person_starts_at_the_first_page_they_may_open(client, priya):
    client.sign_in("priya@example.org")
    assert client.get("/accounts/start").location == "/dashboards/"


def test_a_person_sees_only_their_entries_of_the_menu(app, client, priya):
    add_to_menu(app, *MENU)
    client.sign_in("priya@example.org")
    page = client.get("/accounts/").text
    assert 'href="/evidence/"' in page
    assert 'href="/admin/"' not in page


def test_a_wrong_password_does_not_sign_in(client, priya):
    answer = client.sign_in("priya@example.org", "wrong horse battery")
    assert WRONG in answer.text
    assert client.get("/accounts/").status_code == 302


def page_without_its_own_words(text: str, email: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", text.replace(email, "ADDRESS"))


def test_an_unknown_address_looks_like_a_wrong_password(client, priya):
    wrong = client.sign_in("priya@example.org", "wrong horse battery")
    unknown = client.sign_in("nobody@example.org", "wrong horse battery")
    assert unknown.status_code == wrong.status_code
    assert page_without_its_own_words(unknown.text, "nobody@example.org") == page_without_its_own_words(
        wrong.text, "priya@example.org"
    )


def test_an_unknown_address_costs_a_hash_as_a_wrong_password_does(client, priya, monkeypatch):
    hashed = []
    monkeypatch.setattr(forms, "hash_password", lambda typed: hashed.append(typed) or hash_password(typed))
    client.sign_in("nobody@example.org", "wrong horse battery")
    assert hashed == ["wrong horse battery"]


@pytest.mark.parametrize("values", [{"email": ""}, {"password": ""}, {"email": "no address"}])
def test_an_incomplete_form_is_refused_kindly(client, priya, values):
    answer = client.sign_in(**{"email": "priya@example.org"} | values)
    assert answer.status_code == 200
    assert "There is a problem" in answer.text


def test_a_form_without_its_token_is_refused(client, priya):
    answer = client.post("/accounts/sign-in", data={"email": "priya@example.org", "password": PASSWORD})
    assert answer.status_code == 400
    assert client.get("/accounts/").status_code == 302


def test_on_https_forms_work_although_no_referer_is_ever_sent(settings, priya, make_app):
    app = make_app(replace(settings, base_url="https://survey.example.org"))
    client = PersonsClient(app, app.response_class)
    client.environ_base["wsgi.url_scheme"] = "https"
    base = "https://survey.example.org"
    token = re.search(r'csrf_token" value="([^"]+)', client.get("/accounts/sign-in", base_url=base).text)[1]
    form = {"csrf_token": token, "email": "priya@example.org", "password": PASSWORD}
    assert client.post("/accounts/sign-in", data=form, base_url=base).status_code == 302


class TestAfterSignIn:
    @pytest.mark.parametrize("wanted", ["/dashboards/?from=2025-04-01", "/evidence/"])
    def test_leads_to_the_page_that_was_wanted(self, client, priya, wanted):
        assert client.sign_in("priya@example.org", next=wanted).location == wanted

    @pytest.mark.parametrize(
        "elsewhere",
        [
            "https://evil.example/",
            "//evil.example/",
            "///evil.example/",
            "/\\evil.example/",
            "\\\\evil.example/",
            "http:evil.example",
            "javascript:alert(1)",
            " //evil.example/",
            "\t//evil.example/",
            "https://localhost@evil.example/",
        ],
    )
    def test_never_leads_to_another_site(self, client, priya, elsewhere):
        answer = client.sign_in("priya@example.org", next=elsewhere)
        assert answer.status_code == 302
        # a browser reads backslashes as slashes and drops white space
        location = answer.location.replace("\\", "/").strip()
        assert re.match(r"^(/(?!/)|[\w%.]+(/|$))", location), location


class TestTries:
    def wrong(self, client, email="priya@example.org", address="192.0.2.1"):
        client.environ_base["REMOTE_ADDR"] = address
        return client.sign_in(email, "wrong horse battery").status_code

    def test_after_ten_wrong_tries_an_account_is_closed_for_a_while_from_everywhere(self, client, priya):
        assert [self.wrong(client, address=f"192.0.2.{n}") for n in range(11)] == [200] * 10 + [429]
        assert client.sign_in("priya@example.org").status_code == 429

    def test_other_ways_to_write_the_address_do_not_give_more_tries(self, client, priya):
        ways = ["priya@example.org", "PRIYA@example.org", "priya@EXAMPLE.ORG", "priya@ｅxample.org"]
        for n in range(10):
            self.wrong(client, ways[n % 4], f"192.0.2.{n}")
        assert client.sign_in("priya@example.org").status_code == 429

    def test_an_unknown_account_is_closed_in_the_same_way(self, client, priya):
        assert [self.wrong(client, "nobody@example.org", f"192.0.2.{n}") for n in range(11)] == [200] * 10 + [429]

    def test_after_fifty_wrong_tries_an_address_is_closed_for_all_accounts(self, client, priya):
        assert [self.wrong(client, f"user{n}@example.org") for n in range(51)] == [200] * 50 + [429]
        client.environ_base["REMOTE_ADDR"] = "192.0.2.2"
        assert client.sign_in("priya@example.org").status_code == 302

    def test_right_passwords_do_not_use_up_tries(self, app, priya):
        for _ in range(12):
            assert PersonsClient(app, app.response_class).sign_in("priya@example.org").status_code == 302

    def test_the_page_says_how_long_to_wait_and_then_lets_in(self, client, priya):
        now = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
        with time_machine.travel(now, tick=False) as clock:
            for _ in range(10):
                self.wrong(client)
            closed = client.sign_in("priya@example.org")
            assert closed.status_code == 429
            assert "Wait 15 minutes, then try again." in closed.text
            assert "That is at 12:15." in closed.text
            assert closed.headers["Retry-After"] in ("900", "901")
            clock.shift(timedelta(minutes=14, seconds=30))
            assert "Wait 1 minute, then" in client.sign_in("priya@example.org").text
            clock.shift(timedelta(minutes=1))
            assert client.sign_in("priya@example.org").status_code == 302


class TestTriesOnManyMachines:
    """Each app is a machine of its own."""

    def wrong_tries(self, app, times):
        client = PersonsClient(app, app.response_class)
        return [client.sign_in("priya@example.org", "a wrong password").status_code for _ in range(times)]

    def test_are_counted_together_in_redis(self, settings, redis, make_app, priya):
        one, other = (make_app(replace(settings, redis_url=redis)) for _ in range(2))
        assert self.wrong_tries(one, 6) == [200] * 6
        assert self.wrong_tries(other, 4) == [200] * 4
        assert self.wrong_tries(one, 1) == [429]
        assert self.wrong_tries(other, 1) == [429]

    def test_are_counted_by_each_alone_while_redis_is_gone_and_nobody_is_kept_out(self, redis_is_gone, make_app, priya):
        app = make_app(redis_is_gone)
        assert PersonsClient(app, app.response_class).sign_in("priya@example.org").status_code == 302
        assert self.wrong_tries(app, 11) == [200] * 10 + [429]


class TestDemoUsers:
    @pytest.fixture
    def demo(self, app):
        return make_user("administrator", email="demo@example.org", is_demo=True)

    @pytest.fixture
    def elsewhere(self, settings, make_app):
        app = make_app(replace(settings, base_url="http://survey.example.org"))
        return PersonsClient(app, app.response_class)

    def test_sign_in_where_the_site_is_this_machines_own(self, client, demo):
        assert client.sign_in("demo@example.org").status_code == 302

    def test_are_refused_where_others_can_reach_the_site(self, elsewhere, demo):
        answer = elsewhere.sign_in("demo@example.org")
        assert answer.status_code == 200
        assert "Demonstration users can sign in only" in answer.text
        assert elsewhere.get("/accounts/").status_code == 302

    def test_a_session_from_before_is_worth_nothing_there(self, elsewhere, client, demo):
        client.sign_in("demo@example.org")
        cookie = client.get_cookie("session")
        elsewhere.set_cookie("session", cookie.value)
        assert elsewhere.get("/accounts/").status_code == 302


class TestSessions:
    def test_signing_out_ends_it(self, client, priya):
        client.sign_in("priya@example.org")
        answer = client.send_form("/accounts/sign-out", form_at="/accounts/")
        assert answer.location == "/accounts/signed-out"
        assert answer.headers["Clear-Site-Data"] == '"cache"', "cookies of known browsers and answers of kiosks stay"
        assert "Clear-Site-Data" not in client.get("/accounts/signed-out").headers
        assert "You are signed out" in client.get(answer.location).text
        assert client.get("/accounts/").status_code == 302

    @pytest.mark.parametrize("page", ["/accounts/", "/dashboards/", "/evidence/", "/comments/", "/nowhere"])
    def test_every_page_of_staff_can_be_left(self, client, priya, page):
        client.sign_in("priya@example.org")
        assert client.send_form("/accounts/sign-out", form_at=page).location == "/accounts/signed-out"

    def test_signing_out_needs_the_forms_token(self, client, priya):
        client.sign_in("priya@example.org")
        assert client.post("/accounts/sign-out").status_code == 400
        assert client.get("/accounts/").status_code == 200

    def test_signing_out_twice_is_no_error(self, client, priya):
        client.sign_in("priya@example.org")
        form = {"csrf_token": re.search(r'csrf_token" value="([^"]+)', client.get("/accounts/").text)[1]}
        client.post("/accounts/sign-out", data=form)
        assert client.post("/accounts/sign-out", data=form).location == "/accounts/sign-in"

    def test_signing_out_is_no_link(self, client, priya):
        client.sign_in("priya@example.org")
        assert client.get("/accounts/sign-out").status_code == 405
        assert client.get("/accounts/").status_code == 200

    def test_an_hour_without_a_page_ends_it_and_each_page_begins_a_new_hour(self, client, priya):
        with time_machine.travel(datetime(2026, 3, 10, 12, 0, tzinfo=UTC), tick=False) as clock:
            client.sign_in("priya@example.org")
            for _ in range(3):
                clock.shift(timedelta(minutes=50))
                assert client.get("/accounts/").status_code == 200
            clock.shift(timedelta(minutes=61))
            assert client.get("/accounts/").status_code == 302

    def test_nobody_asks_to_be_remembered_for_longer(self, client, priya):
        answer = client.sign_in("priya@example.org", remember="y")
        assert not any("remember" in cookie for cookie in answer.headers.getlist("Set-Cookie"))

    def test_a_token_for_programs_is_not_given(self, client, priya):
        answer = client.sign_in("priya@example.org", include_auth_token="")
        assert answer.status_code == 302
        assert client.get("/accounts/", headers={"Accept": "application/json"}).mimetype == "text/html"


class TestChangingThePassword:
    def change(self, client, **values):
        form = {
            "password": PASSWORD,
            "new_password": "another horse battery",
            "new_password_confirm": "another horse battery",
        }
        return client.send_form("/accounts/password", **form | values)

    def test_the_new_one_works_and_the_old_one_does_not(self, app, client, priya):
        client.sign_in("priya@example.org")
        assert self.change(client).status_code == 302
        assert "Your password has been changed." in client.get("/accounts/").text
        other = PersonsClient(app, app.response_class)
        assert WRONG in other.sign_in("priya@example.org").text
        assert other.sign_in("priya@example.org", "another horse battery").status_code == 302

    def test_other_sessions_of_the_person_end(self, app, client, priya):
        other = PersonsClient(app, app.response_class)
        for each in (client, other):
            each.sign_in("priya@example.org")
        self.change(client)
        assert client.get("/accounts/").status_code == 200
        assert other.get("/accounts/").status_code == 302

    @pytest.mark.parametrize(
        "values",
        [
            {"password": "wrong horse battery"},
            {"new_password": "short", "new_password_confirm": "short"},
            {"new_password_confirm": "yet another horse"},
            {"new_password": PASSWORD, "new_password_confirm": PASSWORD},
        ],
    )
    def test_what_will_not_do_changes_nothing(self, client, priya, values):
        client.sign_in("priya@example.org")
        before = priya.password
        answer = self.change(client, **values)
        assert "There is a problem" in answer.text
        db.session.refresh(priya)
        assert priya.password == before


class TestTheLog:
    """Whoever looks for a break-in finds who was refused what; it tells nobody's address or password."""

    def test_tells_a_wrong_password_and_where_it_came_from(self, client, priya, caplog):
        for _ in range(2):
            client.sign_in("priya@example.org", "a wrong password")
        first, second = (line for line in caplog.messages if line.startswith("refused"))
        assert re.fullmatch(
            r"refused 200: POST security.login, nobody, address:127\.0\.0\.1, account [0-9a-f]{12}", first
        )
        assert second == first
        assert "priya" not in caplog.text and "a wrong password" not in caplog.text

    def test_tells_what_a_role_does_not_open_and_who_asked(self, client, priya, caplog):
        client.sign_in("priya@example.org")
        assert client.get("/admin/jobs/").status_code == 403
        (line,) = (line for line in caplog.messages if line.startswith("refused"))
        assert line == f"refused 403: GET jobs.index, user {priya.id}, address:127.0.0.1"

    def test_tells_a_key_that_is_none(self, client, caplog):
        client.get("/api/v1/responses", headers={"Authorization": "Bearer x"})
        assert "refused 401: GET api.responses, nobody, address:127.0.0.1" in caplog.messages

    def test_tells_nothing_of_who_signs_in(self, client, priya, caplog):
        client.sign_in("priya@example.org")
        client.get("/accounts/")
        assert "refused" not in caplog.text


def test_a_managers_pages_know_their_scope(app, sign_in):
    from survey_app.accounts.queries import current_scope

    housing = make_service("housing")
    repairs = make_service("repairs", parent_id=housing.id)
    make_service("waste")
    expected = sorted([housing.id, repairs.id])

    @requires("view_results")
    def seen() -> list[int]:
        return sorted(current_scope().service_ids or ())

    app.add_url_rule("/seen", "seen", seen)
    assert sign_in("service_manager", "housing").get("/seen").json == expected
