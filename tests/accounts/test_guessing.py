"""Guessing passwords leads nowhere, and keeps nobody out whom the browser knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from itsdangerous import URLSafeTimedSerializer

from survey_app.accounts.guessing.known import KNOWN_FOR, KnownBrowser, KnownBrowsers
from survey_app.accounts.operations import EASY_TO_GUESS, OWN_WORDS, TOO_LONG, password_problems
from survey_app.accounts.own_words import is_made_of, own_words
from survey_app.demo.operations import DEMO_PASSWORD
from survey_app.web.cookies import COOKIES
from tests.conftest import PersonsClient
from tests.factories import PASSWORD, make_council, make_user

PRIYA = "priya@example.org"


@pytest.fixture
def priya(app):
    make_council()
    return make_user("cse_lead", email=PRIYA)


@pytest.fixture
def browser(app):
    """browser() is one more browser."""
    return lambda: PersonsClient(app, app.response_class)


def guess(client, email=PRIYA, times=1, addresses=None):
    """The answers to wrong passwords, each from an address of its own unless one is given."""
    answers = []
    for number in range(times):
        client.environ_base["REMOTE_ADDR"] = addresses or f"198.51.{number // 250}.{number % 250}"
        answers.append(client.sign_in(email, f"wrong horse {number}", buffered=True).status_code)
    return answers


class TestKeepingSomebodyOut:
    @pytest.fixture
    def own_browser(self, priya, browser):
        client = browser()
        client.sign_in(PRIYA)
        client.send_form("/accounts/sign-out", form_at="/accounts/")
        return client

    def test_a_browser_that_knows_the_person_lets_them_in_while_strangers_guess(self, own_browser, browser):
        assert guess(browser(), times=11)[-1] == 429
        assert browser().sign_in(PRIYA).status_code == 429, "another browser of theirs has to wait"
        assert own_browser.sign_in(PRIYA).status_code == 302

    def test_also_where_the_stranger_sits_behind_the_same_address(self, own_browser, browser):
        for number in range(60):
            guess(browser(), f"user{number}@example.org", addresses="192.0.2.1")
        own_browser.environ_base["REMOTE_ADDR"] = "192.0.2.1"
        assert own_browser.sign_in(PRIYA).status_code == 302

    def test_on_a_known_browser_there_are_ten_tries_as_well(self, own_browser):
        assert guess(own_browser, times=11) == [200] * 10 + [429]

    def test_whoever_shares_the_machine_has_tries_of_their_own(self, own_browser, browser):
        make_user("cse_lead", email="sam@example.org")
        own_browser.sign_in("sam@example.org")
        own_browser.send_form("/accounts/sign-out", form_at="/accounts/")
        guess(browser(), times=11)
        guess(own_browser, "sam@example.org", times=11)
        assert own_browser.sign_in("sam@example.org").status_code == 429
        assert own_browser.sign_in(PRIYA).status_code == 302

    def test_a_new_password_by_letter_makes_the_browser_known(self, priya, browser, outbox):
        guess(browser(), times=11)
        client = browser()
        client.send_form("/accounts/forgotten-password", email=PRIYA, buffered=True)
        link = outbox()[-1].partition("http://127.0.0.1:5000")[2].split()[0]
        client.send_form(link, password="another horse battery", password_confirm="another horse battery")
        assert client.sign_in(PRIYA, "another horse battery").status_code == 302

    @pytest.mark.parametrize("forged", ["", "x", "a.b.c", '[["account","name"]]'])
    def test_a_forged_cookie_makes_a_stranger(self, priya, browser, forged):
        client = browser()
        client.set_cookie("known", forged)
        assert guess(client, times=11) == [200] * 10 + [429]

    def test_nor_does_one_that_was_signed_for_something_else(self, app, priya, own_browser, browser):
        value = own_browser.get_cookie("known").value
        payload = KnownBrowsers(app.config["SECRET_KEY"]).read(value).accounts
        client = browser()
        client.set_cookie("known", URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="welcome").dumps(payload))
        guess(browser(), times=11)
        assert client.sign_in(PRIYA).status_code == 429

    def test_the_cookie_opens_nothing_and_says_nothing(self, own_browser, browser):
        cookie = own_browser.get_cookie("known")
        assert cookie.http_only
        assert cookie.same_site == "Lax"
        assert PRIYA not in cookie.decoded_value
        client = browser()
        client.set_cookie("known", cookie.value)
        assert client.get("/accounts/").status_code == 302

    def test_by_https_it_never_travels_in_clear(self, settings, priya, make_app):
        app = make_app(replace(settings, base_url="https://survey.example.org"))
        client = PersonsClient(app, app.response_class)
        client.environ_base["wsgi.url_scheme"] = "https"
        page = client.get("/accounts/sign-in", base_url="https://survey.example.org").text
        token = page.partition('csrf_token" value="')[2].partition('"')[0]
        form = {"csrf_token": token, "email": PRIYA, "password": PASSWORD}
        answer = client.post("/accounts/sign-in", data=form, base_url="https://survey.example.org")
        (cookie,) = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("__Host-known=")]
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie

    def test_every_cookie_of_a_sign_in_stands_in_the_list(self, priya, browser):
        client = browser()
        names = {each.partition("=")[0] for each in client.sign_in(PRIYA).headers.getlist("Set-Cookie")}
        assert names == {cookie.name for cookie in COOKIES}


class TestManyAddresses:
    def test_the_account_is_counted_wherever_the_tries_come_from(self, priya, browser):
        answers = [guess(browser(), addresses=f"203.0.113.{number}")[0] for number in range(200)]
        assert answers == [200] * 10 + [429] * 190

    def test_an_account_that_nobody_has_is_closed_in_the_same_way(self, priya, browser):
        answers = [guess(browser(), "none@example.org", addresses=f"203.0.113.{n}")[0] for n in range(12)]
        assert answers == [200] * 10 + [429] * 2


class TestTheLetter:
    def test_the_tenth_wrong_password_is_told_to_the_person_with_what_to_do(self, priya, browser, outbox):
        guess(browser(), times=9)
        assert outbox() == []
        guess(browser(), times=1)
        (letter,) = outbox()
        assert letter.startswith(f"To: {PRIYA}")
        assert "Nobody got in." in letter
        assert "http://127.0.0.1:5000/accounts/forgotten-password" in letter

    def test_there_is_one_a_day_however_long_it_goes_on(self, priya, browser, outbox):
        with time_machine.travel(datetime(2026, 3, 10, 6, 0, tzinfo=UTC), tick=False) as clock:
            for _ in range(6):
                guess(browser(), times=11)
                clock.shift(timedelta(minutes=20))
            assert len(outbox()) == 1
            clock.shift(timedelta(hours=30))
            guess(browser(), times=11)
            assert len(outbox()) == 2

    def test_nobody_is_written_to_about_an_address_without_an_account(self, priya, browser, outbox):
        guess(browser(), "none@example.org", times=11)
        assert outbox() == []


class TestKnownBrowsers:
    def test_the_longest_unused_of_many_accounts_is_forgotten(self):
        browser = KnownBrowser()
        accounts = [letter * 64 for letter in "abcdefghi"]
        for account in accounts:
            browser = browser.knowing(account)
        assert [browser.name_for(account) is not None for account in accounts] == [False] + [True] * 8

    def test_an_account_keeps_its_name_on_a_browser(self):
        browser = KnownBrowser().knowing("a" * 64)
        assert browser.knowing("b" * 64).knowing("a" * 64).name_for("a" * 64) == browser.name_for("a" * 64)

    def test_after_half_a_year_it_is_a_stranger(self):
        browsers = KnownBrowsers("secret")
        with time_machine.travel(datetime(2026, 3, 10, tzinfo=UTC), tick=False) as clock:
            cookie = browsers.write(KnownBrowser().knowing("a" * 64))
            assert browsers.read(cookie).name_for("a" * 64)
            clock.shift(KNOWN_FOR + timedelta(days=1))
            assert browsers.read(cookie).name_for("a" * 64) is None


class TestPasswords:
    @pytest.fixture
    def anyborough(self, app):
        make_council()

    @pytest.mark.parametrize(
        "good",
        [PASSWORD, DEMO_PASSWORD, "x7#Kp!0qLz2m", "ein sehr langer satz ohne zahlen", "q9" * 5 + "tulip rabbit" * 4],
    )
    def test_any_characters_will_do_where_it_is_long_and_no_guess(self, anyborough, good):
        assert password_problems(good, PRIYA, "Priya Shah") == []

    def test_128_characters_are_welcome_and_more_are_told_so(self, anyborough):
        text = "correct horse battery staple lamp river " * 4
        assert password_problems(text[:128]) == []
        assert password_problems(text[:129]) == [TOO_LONG]

    @pytest.mark.parametrize(
        "easy", ["password1234", "aaaaaaaaaaaa", "qwertyuiop12", "passwordpassword", "123456789012"]
    )
    def test_what_is_tried_first_is_refused_in_plain_words(self, anyborough, easy):
        (problem,) = password_problems(easy)
        assert problem == EASY_TO_GUESS

    @pytest.mark.parametrize("own", ["Priya.Shah.2026!", "anyborough council", "priya@example.org", "Anyborough2026!!"])
    def test_what_belongs_to_the_person_or_the_council_is_refused(self, anyborough, own):
        assert password_problems(own, PRIYA, "Priya Shah") == [OWN_WORDS]

    def test_too_short_says_how_long(self, anyborough):
        assert password_problems("x7#Kp!0qLz2") == ["Choose a password of at least 12 characters."]

    @pytest.mark.parametrize("new", ["password1234", "Priya.Example.26"])
    def test_the_page_refuses_them_too(self, client, priya, new):
        client.sign_in(PRIYA)
        answer = client.send_form("/accounts/password", password=PASSWORD, new_password=new, new_password_confirm=new)
        assert "There is a problem" in answer.text

    def test_managers_of_passwords_know_the_fields(self, client, priya):
        assert 'autocomplete="current-password"' in client.get("/accounts/sign-in").text
        client.sign_in(PRIYA)
        assert 'autocomplete="new-password"' in client.get("/accounts/password").text


def test_short_words_are_no_own_words():
    assert own_words("Jo Li", "jo.li@example.org") == ["example", "org"]
    assert not is_made_of("correct horse battery", own_words("Jo Li"))
