"""A forgotten password: who holds the mailbox gets in again, and nobody else learns anything."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import has_request_context, request
from flask_security import hash_password
from sqlalchemy import event, select

from survey_app.accounts import forms
from survey_app.accounts.operations import deactivate
from survey_app.audit.models import AuditLine
from survey_app.extensions import db
from tests.conftest import PersonsClient, wait_for_letters
from tests.factories import NOON, PASSWORD, make_council, make_user
from tests.smtp import free_port, smtp_server

PAGE = "/accounts/forgotten-password"
NEW = "another horse battery"
SENT = "If somebody signs in here with that address"
ENDED = "That link does not work"


@pytest.fixture
def priya(app):
    make_council()
    return make_user("cse_lead", email="priya@example.org")


def ask(client, address="priya@example.org"):
    return client.send_form(PAGE, email=address, buffered=True)


def link_in(letter: str) -> str:
    return re.search(r"http://127\.0\.0\.1:5000(/accounts/forgotten-password/\S+)", letter)[1]


def choose(client, link, password=NEW, again=None):
    return client.send_form(link, password=password, password_confirm=again or password, buffered=True)


class TestTheWayBack:
    def test_the_link_in_the_letter_leads_to_a_new_password(self, client, priya, outbox):
        assert SENT in ask(client).text
        (letter,) = outbox()
        assert letter.startswith("To: priya@example.org")
        answer = choose(client, link_in(letter))
        assert answer.location == "/accounts/sign-in"
        assert "Your password has been changed" in client.get(answer.location).text
        assert client.sign_in("priya@example.org").status_code == 200
        assert client.sign_in("priya@example.org", NEW).status_code == 302

    def test_the_sign_in_page_leads_there(self, client):
        assert f'href="{PAGE}"' in client.get("/accounts/sign-in").text

    def test_the_address_may_be_typed_in_any_letters(self, client, priya, outbox):
        ask(client, "PRIYA@Example.org")
        assert len(outbox()) == 1

    def test_nobody_is_signed_in_by_the_link(self, client, priya, outbox):
        ask(client)
        choose(client, link_in(outbox()[0]))
        assert client.get("/accounts/").status_code == 302

    def test_a_letter_says_that_the_password_was_changed(self, client, priya, outbox):
        ask(client)
        choose(client, link_in(outbox()[0]))
        assert "has just been changed" in outbox()[1]

    def test_all_sessions_end(self, app, client, priya, outbox):
        other = PersonsClient(app, app.response_class)
        other.sign_in("priya@example.org")
        ask(client)
        choose(client, link_in(outbox()[0]))
        assert other.get("/accounts/").status_code == 302

    def test_the_audit_tells_it(self, client, priya, outbox):
        ask(client)
        choose(client, link_in(outbox()[0]))
        line = db.session.scalars(select(AuditLine).order_by(AuditLine.id.desc())).first()
        assert (line.action, line.subject) == ("user chose a new password", f"user {priya.id}")

    def test_it_works_over_smtp(self, settings, priya, make_app):
        db.session.commit()
        with smtp_server() as server:
            app = make_app(replace(settings, mail_url=server.url))
            client = PersonsClient(app, app.response_class)
            ask(client)
            (letter,) = server.taken
            assert letter["To"] == "priya@example.org"
            assert letter["From"] == "Anyborough Council <feedback@anyborough.example>"
            assert "List-Unsubscribe" not in letter
            assert choose(client, link_in(letter.get_content())).status_code == 302


class TestTheLink:
    @pytest.fixture
    def link(self, client, priya, outbox):
        ask(client)
        return link_in(outbox()[0])

    def is_dead(self, client, link):
        answer = client.get(link)
        assert answer.location == PAGE
        return ENDED in client.get(PAGE).text

    def test_ends_when_it_was_used(self, client, link):
        choose(client, link)
        assert self.is_dead(client, link)

    def test_opened_by_a_mail_scanner_still_works(self, app, client, link, priya):
        before = priya.password
        scanner = PersonsClient(app, app.response_class)
        for _ in range(3):
            assert scanner.get(link).status_code == 200
        db.session.refresh(priya)
        assert priya.password == before
        assert choose(client, link).status_code == 302

    def test_ends_after_an_hour(self, client, priya, outbox):
        with time_machine.travel(datetime(2026, 3, 10, 12, 0, tzinfo=UTC), tick=False) as clock:
            ask(client)
            link = link_in(outbox()[0])
            clock.shift(timedelta(minutes=59))
            assert client.get(link).status_code == 200
            clock.shift(timedelta(minutes=2))
            assert client.get(link).location == PAGE
            assert "it works for 1 hour" in client.get(PAGE).text

    def test_ends_when_the_password_was_changed_in_another_way(self, app, client, link):
        other = PersonsClient(app, app.response_class)
        other.sign_in("priya@example.org")
        other.send_form("/accounts/password", password=PASSWORD, new_password=NEW, new_password_confirm=NEW)
        assert self.is_dead(client, link)

    def test_ends_with_the_persons_access(self, client, link, priya):
        deactivate(priya, NOON)
        assert self.is_dead(client, link)

    @pytest.mark.parametrize("change", [lambda link: link[:-1], lambda link: link + "x", lambda link: PAGE + "/none"])
    def test_changed_in_any_way_does_not_work(self, client, link, change):
        assert self.is_dead(client, change(link))

    def test_sent_after_it_ended_changes_nothing(self, app, client, link, priya):
        page = client.get(link).text
        choose(PersonsClient(app, app.response_class), link)
        token = re.search(r'csrf_token" value="([^"]+)', page)[1]
        form = {"csrf_token": token, "password": "a third horse battery", "password_confirm": "a third horse battery"}
        assert client.post(link, data=form).location == PAGE
        assert client.sign_in("priya@example.org", NEW).status_code == 302

    @pytest.mark.parametrize(
        ("password", "again", "words"),
        [
            ("short", None, "Choose a password of at least 12 characters."),
            (NEW, "something else altogether", "Type the same password in both boxes."),
            ("", None, "There is a problem"),
        ],
    )
    def test_a_password_that_will_not_do_is_refused_and_the_link_lives(self, client, link, password, again, words):
        answer = choose(client, link, password, again)
        assert answer.status_code == 200
        assert "There is a problem" in answer.text
        assert words in answer.text
        assert choose(client, link).status_code == 302

    def test_a_form_without_its_token_is_refused(self, client, link):
        assert client.post(link, data={"password": NEW, "password_confirm": NEW}).status_code == 400

    def test_is_written_with_our_own_address_whatever_the_request_says(self, app, client, priya, outbox):
        app.config["TRUSTED_HOSTS"].append("old.example")  # a second name of the site
        wrong = "http://old.example"
        token = re.search(r'csrf_token" value="([^"]+)', client.get(PAGE, base_url=wrong).text)[1]
        client.post(PAGE, data={"csrf_token": token, "email": priya.email}, base_url=wrong, buffered=True)
        assert "old.example" not in outbox()[0]
        assert link_in(outbox()[0])

    def test_is_not_written_for_a_request_under_a_name_that_is_not_ours(self, client, priya, outbox):
        answer = client.post(PAGE, data={"email": priya.email}, base_url="http://evil.example", buffered=True)
        assert answer.status_code == 400
        assert outbox() == []


class TestWhoGetsNoLetter:
    def page_without_its_own_words(self, answer, address):
        return re.sub(r'name="csrf_token" value="[^"]+"', "", answer.text.replace(address, "ADDRESS"))

    @pytest.fixture
    def usual(self, app, priya):
        return self.page_without_its_own_words(ask(PersonsClient(app, app.response_class)), "priya@example.org")

    def test_an_unknown_address_gets_the_same_answer(self, client, usual, outbox):
        answer = ask(client, "nobody@example.org")
        assert self.page_without_its_own_words(answer, "nobody@example.org") == usual
        assert len(outbox()) == 1

    def test_so_does_somebody_whose_access_has_ended(self, client, usual, outbox):
        gone = make_user("cse_lead")
        deactivate(gone, NOON)
        assert self.page_without_its_own_words(ask(client, gone.email), gone.email) == usual
        assert len(outbox()) == 1

    def test_an_unknown_address_costs_a_hash_and_so_does_a_known_one(self, client, priya, monkeypatch):
        hashed = []

        def count(typed):
            hashed.append(typed)
            return hash_password(typed)

        monkeypatch.setattr(forms, "hash_password", count)
        monkeypatch.setattr("flask_security.views.hash_password", count)
        ask(client)
        ask(client, "nobody@example.org")
        assert len(hashed) == 2

    def test_an_empty_form_is_told_what_is_missing(self, client, priya):
        answer = ask(client, "  ")
        assert "Enter your e-mail address." in answer.text
        assert SENT not in answer.text

    def test_a_demo_user_gets_none_where_others_can_reach_the_site(self, settings, client, usual, outbox, make_app):
        make_user("administrator", email="demo@example.org", is_demo=True)
        db.session.commit()
        app = make_app(replace(settings, base_url="http://survey.example.org"))
        elsewhere = PersonsClient(app, app.response_class)
        ask(elsewhere, "demo@example.org")
        assert len(outbox()) == 1
        ask(client, "demo@example.org")
        letter = outbox()[-1]
        answer = choose(elsewhere, link_in(letter))
        assert "Demonstration users can sign in only" in answer.text

    def test_no_name_server_is_asked_about_an_address(self, client, priya, monkeypatch):
        monkeypatch.setattr("dns.resolver.Resolver.resolve", lambda *_args, **_options: pytest.fail("asked"))
        assert SENT in ask(client, "somebody@example.com").text


class TestTrouble:
    @pytest.fixture
    def elsewhere(self, settings, make_app):
        """elsewhere(mail_url) is the client of a site with another mail server."""

        def client_of(mail_url):
            app = make_app(replace(settings, mail_url=mail_url))
            return PersonsClient(app, app.response_class)

        return client_of

    def test_a_missing_mail_server_is_said_in_the_log_alone(self, elsewhere, priya, caplog):
        answer = ask(elsewhere(f"smtp://127.0.0.1:{free_port()}"))
        assert SENT in answer.text
        assert "could not be sent" in caplog.text
        assert "priya@example.org" not in caplog.text

    def test_a_refused_letter_too(self, elsewhere, priya, caplog):
        with smtp_server() as server:
            server.refusal = "550 priya@example.org is unknown"
            assert SENT in ask(elsewhere(server.url)).text
        assert "SMTP 550" in caplog.text
        assert "priya@example.org" not in caplog.text

    def test_an_outbox_that_cannot_be_written_too(self, settings, client, priya, caplog):
        (settings.instance_path / "outbox").write_text("a file stands in the way")
        assert SENT in ask(client).text
        assert "could not be sent" in caplog.text

    def test_nobody_waits_for_a_slow_mail_server(self, elsewhere, priya):
        with smtp_server() as server:
            server.may_take.clear()
            client = elsewhere(server.url)
            client.send_form(PAGE, email="priya@example.org").close()
            assert server.taken == []
            server.may_take.set()
            wait_for_letters()
            assert len(server.taken) == 1

    def test_no_letter_tells_of_a_password_that_was_not_stored(self, app, client, priya, outbox):
        ask(client)
        app.config["PROPAGATE_EXCEPTIONS"] = False

        def fail(_session):
            if has_request_context() and request.method == "POST":
                raise OSError("the disk is full")

        event.listen(db.session, "before_commit", fail)
        try:
            assert choose(client, link_in(outbox()[0])).status_code == 500
        finally:
            event.remove(db.session, "before_commit", fail)
        assert len(outbox()) == 1
        assert client.sign_in("priya@example.org").status_code == 302


class TestTries:
    def asked(self, client, address, asked_from):
        client.environ_base["REMOTE_ADDR"] = asked_from
        return ask(client, address).status_code

    @pytest.mark.parametrize("address", ["priya@example.org", "nobody@example.org"])
    def test_one_account_gets_three_letters_in_a_quarter_of_an_hour(self, client, priya, address):
        tries = [self.asked(client, address, f"192.0.2.{n}") for n in range(4)]
        assert tries == [200, 200, 200, 429]

    def test_one_address_asks_for_twenty(self, client, priya):
        tries = [self.asked(client, f"user{n}@example.org", "192.0.2.1") for n in range(21)]
        assert tries == [200] * 20 + [429]
