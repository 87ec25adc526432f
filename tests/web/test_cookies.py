"""Who gets a cookie: nobody on public pages, and staff only those that the page /cookies names."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from survey_app.extensions import transaction
from survey_app.web.access import PUBLIC, access_of
from survey_app.web.cookies import COOKIES, STORED, name_of
from tests.conftest import PersonsClient
from tests.factories import make_council

SIGNING_IN = ("security.", "accounts.", "oidc.", "single_sign_on.")  # where a cookie begins, on purpose


def test_no_public_page_leaves_a_cookie(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_council()
    opened = []
    for rule in app.url_map.iter_rules():
        if rule.arguments - {"kind"} or "GET" not in (rule.methods or ()) or rule.endpoint.startswith(SIGNING_IN):
            continue
        if access_of(app, rule.endpoint) != PUBLIC:
            continue
        with client.get(rule.rule.replace("<any(privacy, accessibility, cookies):kind>", "cookies")) as page:
            assert "Set-Cookie" not in page.headers, rule.rule
        opened.append(rule.rule)
    assert "/privacy/complaint" in opened
    assert len(opened) > 5


def test_staff_get_only_cookies_that_are_declared(app: Flask, sign_in: Callable[..., PersonsClient]) -> None:
    officer = sign_in("data_protection_officer")
    for path in ("/", "/data-protection/", "/accounts/profile"):
        officer.get(path)
    is_https = app.extensions["settings"].is_https
    declared = {name_of(cookie, is_https=is_https) for cookie in COOKIES}
    assert {cookie.key for cookie in officer._cookies.values()} <= declared


def test_the_public_page_names_every_cookie_with_what_it_is_for(app: Flask, client: FlaskClient) -> None:
    with transaction():
        make_council()
    page = " ".join(BeautifulSoup(client.get("/cookies").text, "html.parser").get_text(" ").split())
    for cookie in (*COOKIES, *STORED.values()):
        for words in (cookie.name, cookie.purpose, cookie.kept_for, cookie.who):
            assert words in page


def test_every_script_that_stores_something_in_a_browser_is_declared() -> None:
    stores = re.compile(r"localStorage|sessionStorage|indexedDB\.open|caches\.open|document\.cookie|cookieStore")
    scripts = Path(__file__).parents[2] / "static" / "js"
    found = {path.name for path in scripts.rglob("*.js") if stores.search(path.read_text(encoding="utf-8"))}
    assert found == {name for names in STORED for name in names}
