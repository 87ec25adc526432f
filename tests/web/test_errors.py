"""Errors are pages that say what happened, and nothing of the inside."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import abort, request
from werkzeug.exceptions import ServiceUnavailable

from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.web.access import public, signed_in
from survey_app.web.sessions import csrf
from tests.factories import PASSWORD


@pytest.fixture
def fail(app, client):
    """fail(error) is the answer to a request whose view raises it."""

    def answer_to(error: Exception):
        @public
        def view() -> str:
            raise error

        app.add_url_rule("/fails", "fails", view)
        return client.get("/fails")

    return answer_to


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        (InvalidInput("2025-13 is no month."), 400, "2025-13 is no month."),
        (NotFound("There is no service 7."), 404, "Page not found"),
        (Refused("The survey is already published."), 403, "The survey is already published."),
    ],
)
def test_errors_of_the_house_become_their_pages(fail, error, status, words):
    answer = fail(error)
    assert answer.status_code == status
    assert words in answer.text


def test_a_refused_act_is_not_called_a_page_that_cannot_be_opened(fail):
    page = fail(Refused("The survey is already published.")).text
    assert "This cannot be done" in page
    assert "You cannot open this page" not in page


def test_what_is_missing_and_what_is_not_for_the_viewer_look_alike(fail, client):
    missing, nowhere = fail(NotFound("There is no service 7.")), client.get("/nowhere")
    assert missing.text == nowhere.text


def test_an_unforeseen_error_gives_a_reference_and_no_inner_words(fail, caplog):
    answer = fail(RuntimeError("password of the database"))
    assert answer.status_code == 500
    assert "password of the database" not in answer.text
    reference = caplog.records[0].getMessage().split()[1]
    assert reference in answer.text


def test_what_an_error_says_is_escaped(fail):
    assert "<script>alert" not in fail(InvalidInput("<script>alert(1)</script>")).text


def test_what_the_status_needs_beside_the_page_is_kept(fail, client):
    assert fail(ServiceUnavailable(retry_after=120)).headers["Retry-After"] == "120"
    assert "POST" in client.get("/accounts/sign-out").headers["Allow"]


def test_an_answer_given_by_abort_is_kept(app, client):
    @public
    def view() -> str:
        return abort(418)

    app.add_url_rule("/teapot", "teapot", view)
    assert client.get("/teapot").status_code == 418


def test_staff_stay_among_staff_pages(client, sign_in):
    assert "Administrator" in sign_in("administrator").get("/nowhere").text
    assert "Administrator" not in client.get("/nowhere").text


def test_a_missing_database_still_gives_the_page(app, client):
    app.extensions["error_frame"] = lambda: 1 / 0
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "Page not found" in answer.text


def words_of(answer) -> str:
    return BeautifulSoup(answer.text, "html.parser").find("main").get_text(" ", strip=True)


class TestWhoReads:
    @pytest.mark.parametrize("path", ["/s/nowhere/at-all", "/s/", "/u/nowhere/at-all", "/u/"])
    def test_a_residents_link_that_is_broken_is_spoken_of_in_residents_words(self, client, sign_in, path):
        for who in (client, sign_in("administrator")):
            answer = who.get(path)
            assert answer.status_code == 404
            assert "We do not know this link" in words_of(answer)
            assert "copy all of it" in words_of(answer)
            assert "Administrator" not in answer.text
            assert 'href="/privacy"' in answer.text

    def test_staff_are_led_to_their_first_page(self, sign_in):
        page = sign_in("assessor").get("/nowhere")
        assert "Page not found" in words_of(page)
        assert "Go to your first page" in words_of(page)

    def test_who_has_not_signed_in_is_led_to_sign_in(self, client):
        page = client.get("/nowhere")
        assert 'href="/accounts/sign-in"' in page.text
        assert "Set-Cookie" not in page.headers

    def test_who_may_not_is_told_as_whom_they_are_signed_in(self, sign_in):
        page = sign_in("assessor").get("/dashboards/")
        assert page.status_code == 403
        assert ", Assessor." in words_of(page)
        assert "ask your administrator" in words_of(page)


class TestWhatWasTyped:
    """`/broken` reads a form and fails."""

    @pytest.fixture
    def broken(self, app):
        @csrf.exempt
        @public
        def resident_form() -> str:
            raise RuntimeError("broken")

        app.add_url_rule("/s/broken", "broken", resident_form, methods=["GET", "POST"])

    def test_comes_back_to_be_sent_again(self, client, broken):
        sent = {"nonce": "abc.def", "overall": "5", "why": "It took \n<b>four</b> weeks."}
        answer = client.post("/s/broken", data=sent)
        assert answer.status_code == 500
        assert "Nothing of what you sent was stored." in words_of(answer)
        assert "It took" in words_of(answer)
        page = BeautifulSoup(answer.text, "html.parser")
        fields = {field["name"]: field.text.removeprefix("\n") for field in page.find("form").find_all("textarea")}
        assert fields == sent
        assert "<b>four" not in answer.text

    def test_a_page_that_only_was_opened_has_nothing_to_give_back(self, client, broken):
        answer = client.get("/s/broken")
        assert "stored" not in words_of(answer)
        assert "<form" not in answer.text

    def test_a_password_never_comes_back(self, client, broken):
        answer = client.post("/s/broken", data={"password": "three words long", "why": "also three words"})
        assert answer.status_code == 500
        assert "three words" not in answer.text

    def test_what_is_too_large_is_said_to_be_so(self, client, broken):
        @csrf.exempt
        @public
        def resident_form() -> str:
            return str(len(request.form) or request.json)

        client.application.add_url_rule("/s/large", "large", resident_form, methods=["POST"])
        answer = client.post("/s/large", data={"why": "word " * 300_000})
        assert answer.status_code == 413
        assert "Make it shorter, and press Send again." in words_of(answer)
        assert client.post("/s/large", json=["word " * 300_000]).status_code == 413

    def test_whose_session_has_ended_finds_what_they_wrote(self, app, client):
        @signed_in
        def view() -> str:
            return "stored"

        app.add_url_rule("/write", "write", view, methods=["POST"])
        answer = client.post("/write", data={"claim": "We answer most calls at once."})
        assert answer.status_code == 401
        assert "We answer most calls at once." in words_of(answer)
        assert "/accounts/sign-in" in answer.text

    def test_whose_form_is_stale_finds_it_too(self, app, sign_in):
        @signed_in
        def view() -> str:
            return "stored"

        app.add_url_rule("/write", "write", view, methods=["POST"])
        answer = sign_in("administrator").post("/write", data={"claim": "We answer most calls at once."})
        assert answer.status_code == 400
        assert "We answer most calls at once." in words_of(answer)
        assert "Send it again" not in answer.text

    def test_a_password_sent_without_a_session_is_not_shown(self, client):
        answer = client.post("/accounts/password", data={"password": PASSWORD, "new_password": PASSWORD})
        assert PASSWORD not in answer.text

    @pytest.mark.parametrize("path", ["/s/broken", "/nowhere", "/accounts/sign-in"])
    def test_a_form_of_another_site_puts_no_words_on_our_page(self, client, broken, path):
        sent = {"why": "Call 0900 000 000 to unlock your account."}
        answer = client.post(path, data=sent, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code >= 400
        assert "0900" not in answer.text
        assert "0900" in client.post(path, data=sent, headers={"Sec-Fetch-Site": "same-origin"}).text
