"""Security headers stand on every kind of answer, and public pages set no cookie."""

from __future__ import annotations

from dataclasses import replace

import pytest

from survey_app.web.access import public

ANSWERS = {
    "a page": ("GET", "/accounts/sign-in", 200),
    "plain text": ("GET", "/health/live", 200),
    "a redirect": ("GET", "/accounts/", 302),
    "not found": ("GET", "/nowhere", 404),
    "a wrong method": ("GET", "/accounts/sign-out", 405),
    "a form without its token": ("POST", "/accounts/sign-in", 400),
    "a missing file": ("GET", "/static/nothing.css", 404),
    "options": ("OPTIONS", "/health/live", 200),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_every_kind_of_answer_has_the_headers(client, kind):
    method, url, status = ANSWERS[kind]
    answer = client.open(url, method=method)
    assert answer.status_code == status
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_an_error_has_the_headers_too(app, client):
    @public
    def broken() -> str:
        raise RuntimeError("secret inner words")

    app.add_url_rule("/broken", "broken", broken)
    answer = client.get("/broken")
    assert answer.status_code == 500
    assert "Content-Security-Policy" in answer.headers


def test_pages_are_not_kept_by_the_browser(client):
    assert client.get("/accounts/sign-in").headers["Cache-Control"] == "no-store"


def test_https_is_said_to_be_kept_only_where_it_is_used(settings, client, make_app):
    assert "Strict-Transport-Security" not in client.get("/health/live").headers
    https = make_app(replace(settings, base_url="https://survey.example.org")).test_client()
    assert "max-age=31536000" in https.get("/health/live").headers["Strict-Transport-Security"]


def test_the_cookie_of_staff_is_hidden_from_scripts_and_other_sites(client):
    cookie = client.get("/accounts/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_on_https_the_cookie_never_travels_in_clear(settings, make_app):
    https = make_app(replace(settings, base_url="https://survey.example.org")).test_client()
    cookie = https.get("/accounts/sign-in", base_url="https://survey.example.org").headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert "; Secure" in cookie
    assert "Path=/" in cookie


@pytest.mark.parametrize("url", ["/health/live", "/nowhere", "/static/nothing.css"])
def test_public_pages_set_no_cookie_not_even_for_staff(client, sign_in, url):
    assert "Set-Cookie" not in client.get(url).headers
    assert "Set-Cookie" not in sign_in("administrator").get(url).headers
