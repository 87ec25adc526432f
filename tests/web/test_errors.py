"""Errors are pages that say what happened, and nothing of the inside."""

from __future__ import annotations

import pytest
from flask import abort
from werkzeug.exceptions import ServiceUnavailable

from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.web.access import public


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
