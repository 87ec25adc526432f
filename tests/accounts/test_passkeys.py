"""Passkeys: in place of the password or after it, for this site and this question alone, and once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from survey_app.accounts.models import Passkey
from survey_app.accounts.operations import deactivate
from survey_app.extensions import db
from tests.accounts.authenticators import SecurityKey, passkey_form
from tests.conftest import PersonsClient
from tests.factories import make_service, make_user

REGISTER, SIGN_IN, PAGE = "/accounts/passkeys", "/accounts/passkey", "/accounts/second-step/"
PRIYA = "priya@example.org"


@pytest.fixture
def app(settings, make_app):
    """Browsers make passkeys for the name of this machine, not for its number."""
    app = make_app(replace(settings, base_url="http://localhost"))
    with app.app_context():
        yield app


@pytest.fixture
def clock():
    with time_machine.travel(datetime(2026, 3, 10, 12, 0, tzinfo=UTC), tick=False) as clock:
        yield clock


@pytest.fixture
def priya(app, clock):
    make_service("housing")
    return make_user("service_manager", "housing", email=PRIYA)


@pytest.fixture
def browser(app):
    return lambda: PersonsClient(app, app.response_class)


def add(client, usage, name="Blue key", key=None):
    """Make a passkey; the answer to its form."""
    key = key or SecurityKey()
    action, options = passkey_form(client.send_form(REGISTER, name=name, usage=usage).text)
    return key, client.send_form(action, form_at=PAGE, credential=json.dumps(key.make(options)))


def asked(client, form_at="/accounts/sign-in"):
    """Where the answer goes, and what the passkey is asked."""
    return passkey_form(client.send_form(SIGN_IN, form_at=form_at).text)


def answer(client, action, credential):
    return client.send_form(action, form_at="/accounts/sign-in", credential=json.dumps(credential))


def is_inside(client) -> bool:
    return client.get("/accounts/").status_code == 200


@pytest.fixture
def alone(client, priya, clock):
    """A passkey that signs Priya in by itself."""
    client.sign_in(PRIYA)
    key, made = add(client, "first")
    assert made.location == PAGE
    clock.shift(timedelta(seconds=5))
    return key


@pytest.fixture
def second(client, priya, clock):
    """A passkey that is asked for after the password."""
    client.sign_in(PRIYA)
    key, made = add(client, "secondary")
    assert made.location == PAGE
    clock.shift(timedelta(seconds=5))
    return key


class TestAlone:
    def test_it_signs_in_without_a_password(self, alone, browser):
        client = browser()
        action, options = asked(client)
        assert "allowCredentials" not in options or options["allowCredentials"] == [], "nobody learns who has one"
        assert options["userVerification"] == "required"
        assert answer(client, action, alone.sign(options)).location == "/accounts/start"
        assert is_inside(client)

    def test_the_page_that_was_wanted_follows(self, alone, browser):
        client = browser()
        action, options = passkey_form(
            client.send_form(f"{SIGN_IN}?next=/dashboards/", form_at="/accounts/sign-in").text
        )
        assert answer(client, action, alone.sign(options)).location == "/dashboards/"

    def test_without_finger_face_or_pin_it_does_not(self, alone, browser):
        client = browser()
        action, options = asked(client)
        answer(client, action, replace(alone, is_verified=False).sign(options))
        assert not is_inside(client)

    def test_an_answer_that_was_given_before_opens_nothing(self, alone, browser, clock):
        client = browser()
        action, options = asked(client)
        cookie = client.get_cookie("session").value
        signed = alone.sign(options)
        assert answer(client, action, signed).status_code == 302
        assert is_inside(client)
        clock.shift(timedelta(seconds=5))
        thief = browser()
        page = thief.get("/accounts/sign-in").text
        answer(thief, action, signed)
        assert not is_inside(thief), "another browser was asked something else"
        copied = browser()
        copied.set_cookie("session", cookie)  # of the moment before the answer was given
        token = client.get("/accounts/").text.partition('csrf_token" value="')[2].partition('"')[0]
        copied.post(action, data={"csrf_token": token, "credential": json.dumps(signed)})
        assert not is_inside(copied), "nor once more in the same"
        assert page

    @pytest.mark.parametrize(
        ("facts", "why"),
        [
            ({"origin": "https://evil.example"}, "asked by another site"),
            ({"origin": "http://localhost:8080"}, "asked by another port"),
            ({"host": "evil.example"}, "made for another site"),
        ],
    )
    def test_what_another_site_has_asked_for_is_worth_nothing(self, alone, browser, facts, why):
        client = browser()
        action, options = asked(client)
        answer(client, action, replace(alone, **facts).sign(options))
        assert not is_inside(client), why

    def test_nor_is_the_answer_to_another_question(self, alone, browser):
        client = browser()
        action, options = asked(client)
        answer(client, action, alone.sign(options | {"challenge": "bm90IGFza2Vk"}))
        assert not is_inside(client)

    def test_nor_that_of_a_key_that_is_not_known(self, alone, browser):
        client = browser()
        action, options = asked(client)
        answer(client, action, SecurityKey().sign(options))
        assert not is_inside(client)

    def test_nor_one_signed_by_another_key_in_its_name(self, alone, browser):
        client = browser()
        action, options = asked(client)
        answer(client, action, replace(alone, secret=SecurityKey().secret).sign(options))
        assert not is_inside(client)

    def test_nor_one_that_came_too_late(self, alone, browser, clock):
        client = browser()
        action, options = asked(client)
        clock.shift(timedelta(minutes=6))
        answer(client, action, alone.sign(options))
        assert not is_inside(client)

    def test_nor_that_of_a_copy_whose_counter_went_back(self, alone, browser, clock):
        alone.uses = 5
        client = browser()
        action, options = asked(client)
        answer(client, action, alone.sign(options))
        clock.shift(timedelta(minutes=1))
        alone.uses = 2
        again = browser()
        action, options = asked(again)
        answer(again, action, alone.sign(options))
        assert (is_inside(client), is_inside(again)) == (True, False)

    def test_nor_that_of_somebody_whose_access_has_ended(self, alone, browser, priya):
        deactivate(priya, datetime.now(UTC))
        client = browser()
        action, options = asked(client)
        assert answer(client, action, alone.sign(options)).location == SIGN_IN
        assert not is_inside(client)

    @pytest.mark.parametrize("rubbish", ["", "x", "{}", "[]", '{"rawId": 1}', '{"response": {}}'])
    def test_rubbish_is_refused_and_no_failure(self, alone, browser, rubbish):
        client = browser()
        action, _options = asked(client)
        refused = client.send_form(action, form_at="/accounts/sign-in", credential=rubbish)
        assert refused.location == SIGN_IN
        assert client.get(SIGN_IN).status_code == 200

    def test_it_does_not_protect_the_password_and_the_page_says_so(self, client, alone):
        assert "You sign in with your password alone." in client.get(PAGE).text
        assert "does not protect your password" in client.get(REGISTER).text


class TestAsTheSecondStep:
    def test_the_password_asks_for_it(self, second, browser):
        client = browser()
        assert client.sign_in(PRIYA).location.startswith(SIGN_IN)
        assert not is_inside(client)
        action, options = asked(client, SIGN_IN)
        assert len(options["allowCredentials"]) == 1
        assert client.send_form(action, form_at=SIGN_IN, credential=json.dumps(second.sign(options))).status_code == 302
        assert is_inside(client)

    def test_by_itself_it_opens_nothing(self, second, browser):
        client = browser()
        action, options = asked(client)
        answer(client, action, second.sign(options))
        assert not is_inside(client)

    def test_that_of_somebody_else_does_not_help(self, second, browser, clock):
        make_user("service_manager", "housing", email="sam@example.org")
        sam = browser()
        sam.sign_in("sam@example.org")
        key_of_sam, _made = add(sam, "secondary")
        clock.shift(timedelta(seconds=5))
        client = browser()
        client.sign_in(PRIYA)
        action, options = asked(client, SIGN_IN)
        client.send_form(action, form_at=SIGN_IN, credential=json.dumps(key_of_sam.sign(options)))
        assert not is_inside(client)

    def test_removed_it_is_asked_for_no_more_and_other_browsers_are_signed_out(self, client, second, browser):
        other = browser()
        other.sign_in(PRIYA)
        action, options = asked(other, SIGN_IN)
        other.send_form(action, form_at=SIGN_IN, credential=json.dumps(second.sign(options)))
        assert is_inside(other)
        assert client.send_form(f"{REGISTER}/remove", form_at=REGISTER, name="Blue key").status_code == 302
        assert is_inside(client)
        assert not is_inside(other)
        assert browser().sign_in(PRIYA).location == "/accounts/start"


class TestMakingOne:
    def test_each_needs_a_name_of_its_own(self, client, second):
        assert "already" in client.send_form(REGISTER, name="Blue key", usage="secondary").text
        assert "Give the passkey a name" in client.send_form(REGISTER, name=" ", usage="secondary").text

    def test_what_was_asked_of_somebody_else_is_not_answered_here(self, client, priya, browser):
        """Else whoever finds an open screen could put a key of their own under it, without the password."""
        make_user("service_manager", "housing", email="sam@example.org")
        sam = browser()
        sam.sign_in("sam@example.org")
        key = SecurityKey()
        action, options = passkey_form(sam.send_form(REGISTER, name="Mine", usage="first").text)
        client.sign_in(PRIYA)
        client.send_form(action, form_at=PAGE, credential=json.dumps(key.make(options)))
        assert db.session.query(Passkey).count() == 0

    def test_one_made_for_another_site_is_not_kept(self, client, priya):
        client.sign_in(PRIYA)
        _key, made = add(client, "first", key=SecurityKey(origin="https://evil.example"))
        assert made.location == REGISTER
        assert db.session.query(Passkey).count() == 0

    def test_nothing_else_that_is_posted_is_kept(self, client, priya):
        client.sign_in(PRIYA)
        key = SecurityKey()
        action, options = passkey_form(client.send_form(REGISTER, name="Blue key", usage="first").text)
        credential = key.make(options) | {"extensions": "x" * 5000}
        client.send_form(action, form_at=PAGE, credential=json.dumps(credential), usage="secondary", user_id="99")
        (kept,) = db.session.query(Passkey).all()
        assert (kept.user_id, kept.usage, kept.extensions) == (priya.id, "first", "")


def test_at_a_number_the_page_says_that_passkeys_do_not_work_there(settings, make_app, priya):
    app = make_app(replace(settings, base_url="http://127.0.0.1:5000"))
    client = PersonsClient(app, app.response_class)
    assert "passkey" not in client.get("/accounts/sign-in").text
    client.sign_in(PRIYA)
    assert "Passkeys do not work at this address." in client.get(REGISTER).text
