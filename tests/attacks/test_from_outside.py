"""What somebody sends who means harm and knows every address: forms of other sites, foreign names, addresses that lead
away, tokens that were made up, paths that climb out."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from werkzeug.routing import BaseConverter, Rule

from survey_app.exports.reading import ods_sheets
from survey_app.kernel.tokens import new_token
from survey_app.settings import Settings
from survey_app.web.access import BY_KEY, PUBLIC, access_of
from survey_app.web.back import own_address
from survey_app.web.sessions import csrf
from tests.conftest import PersonsClient
from tests.factories import make_council, make_service

ON_SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")  # the database plays no part
EXEMPT = {
    "kiosk",
    "afterwards",
    "callbacks",
    "changing",
    "responses",
    "complaint_page",
    "verdicts",
    "api",
    "invitations",
    "digest_stop",
}
ROLES = ("administrator", "cse_lead", "data_protection_officer", "adviser", "service_manager", "assessor")


def address_of(app: Flask, rule: Rule) -> str:
    """The rule's address with something made up in each of its places."""
    values = {name: made_up(converter) for name, converter in rule._converters.items()}
    with app.test_request_context():
        return app.url_map.bind("localhost").build(rule.endpoint, values, method=next(iter(_methods(rule)), None))


def made_up(converter: BaseConverter) -> Any:
    """What its pattern takes."""
    for value in (1, "0123456789abcdef", "privacy"):
        try:
            if re.fullmatch(converter.regex, converter.to_url(value)):
                return value
        except (ValueError, TypeError):
            continue
    return next(iter(getattr(converter, "items", ["x"])))


def _methods(rule: Rule) -> set[str]:
    return (rule.methods or set()) - {"HEAD", "OPTIONS"}


def changing(app: Flask) -> list[Rule]:
    """The routes of staff that change something: those that no token in the address and no key stands in for."""
    exempt = {blueprint.name for blueprint in csrf._exempt_blueprints}
    assert exempt <= EXEMPT, "a token in the address, a key or a signed nonce stands in for a session: for these alone"
    return [
        rule
        for rule in app.url_map.iter_rules()
        if _methods(rule) - {"GET"} and rule.endpoint.partition(".")[0] not in exempt and _is_guarded(app, rule)
    ]


def _is_guarded(app: Flask, rule: Rule) -> bool:
    view = app.view_functions[rule.endpoint]
    return f"{view.__module__}.{view.__name__}" not in csrf._exempt_views


@ON_SQLITE
def test_no_form_of_another_site_changes_anything_for_any_role(
    app: Flask, sign_in: Callable[..., PersonsClient]
) -> None:
    make_council()
    make_service()
    rules, refused = changing(app), set()
    assert len(rules) > 100
    for role in ROLES:
        client = sign_in(role, *(["housing"] if role in ("adviser", "service_manager") else []))
        for rule in rules:
            answer = client.post(address_of(app, rule), data={"name": "x"})
            assert answer.status_code in (400, 401, 403, 404, 405, 413), f"{role}: {rule} answered {answer.status_code}"
            if answer.status_code == 400:
                refused.add(rule.endpoint)
            if rule.endpoint == "security.logout":
                assert client.get("/accounts/").status_code < 400
    missed = {rule.endpoint for rule in rules} - refused
    assert not missed, f"nobody's missing token was noticed at {sorted(missed)}"


@ON_SQLITE
def test_every_page_has_every_header_and_no_page_lets_a_script_in(
    app: Flask, sign_in: Callable[..., PersonsClient]
) -> None:
    make_council()
    client = sign_in("administrator")
    for rule in app.url_map.iter_rules():
        if "GET" not in _methods(rule):
            continue
        with client.get(address_of(app, rule)) as answer:
            headers = answer.headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, rule
        assert "unsafe" not in policy and "*" not in policy, rule
        assert "frame-ancestors 'none'" in policy or "frame-ancestors 'self'" in policy, rule
        assert headers["X-Content-Type-Options"] == "nosniff", rule
        assert headers["Referrer-Policy"] == "no-referrer", rule
        assert "Server" not in headers or "Werkzeug" not in headers["Server"]


@ON_SQLITE
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:5000", "127.0.0.1.evil.example", "localhost.evil.example", "a b", ""]
)
def test_under_a_name_that_is_not_ours_nothing_is_answered(client: PersonsClient, host: str) -> None:
    answer = client.get("/accounts/sign-in", headers={"Host": host})
    assert answer.status_code == 400
    assert "form" not in answer.text
    assert host not in answer.text or not host.strip()


@ON_SQLITE
def test_under_our_own_names_it_is(settings: Settings, make_app: Callable[[Settings], Flask]) -> None:
    named = replace(settings, base_url="https://survey.example.org", trusted_hosts=frozenset({"old.example.org"}))
    client = make_app(named).test_client()
    for host in ("survey.example.org", "survey.example.org:443", "old.example.org", "127.0.0.1:8000"):
        assert client.get("/health/live", headers={"Host": host}).status_code == 200, host
    assert client.get("/health/live", headers={"Host": "other.example.org"}).status_code == 400


@ON_SQLITE
def test_what_a_sender_says_of_proxies_is_believed_only_where_there_are_some(client: PersonsClient) -> None:
    forged = {
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Prefix": "/evil",
        "X-Forwarded-For": "1.2.3.4",
        "Forwarded": "host=evil.example",
        "X-Original-URL": "/admin/jobs/",
        "X-Rewrite-URL": "/admin/jobs/",
        "X-HTTP-Method-Override": "DELETE",
    }
    for url in ("/accounts/sign-in", "/accounts/", "/admin/jobs/"):
        plain, answer = client.get(url), client.get(url, headers=forged)
        assert answer.status_code == plain.status_code
        assert "evil" not in answer.text
        assert "evil" not in str(answer.headers)


LEADING_AWAY = (
    "https://evil.example/",
    "//evil.example/",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "/\t/evil.example",
    "/\n/evil.example",
    " //evil.example",
    "https://127.0.0.1:5000@evil.example/",
)


@pytest.mark.parametrize("address", LEADING_AWAY)
def test_no_form_names_an_address_that_leads_away(address: str) -> None:
    assert own_address(address, "/dashboards/") == "/dashboards/"


@ON_SQLITE
@pytest.mark.parametrize("address", LEADING_AWAY)
def test_signing_in_leads_to_this_site_alone(
    app: Flask, client: PersonsClient, sign_in: Callable[..., PersonsClient], address: str
) -> None:
    from tests.factories import make_user

    user = make_user("cse_lead")
    answer = client.send_form("/accounts/sign-in", email=user.email, password="correct horse battery", next=address)
    location = answer.headers["Location"]
    assert "\\" not in location
    assert urlsplit(urljoin("http://127.0.0.1:5000/accounts/sign-in", location)).netloc in (
        "127.0.0.1:5000",
        "localhost",
    )


@ON_SQLITE
def test_a_token_that_was_made_up_opens_nothing_and_looks_like_one_that_ended(
    app: Flask, client: PersonsClient
) -> None:
    make_council()
    said = set()
    for token in (new_token(), "A" * 22, "../../etc/passwd", "%00" * 7, "x", "' OR 1=1 --", new_token() * 40):
        for place in ("/s/{}", "/s/{}/thanks", "/u/{}", "/v/{}", "/asked/{}", "/o/{}", "/k/{}"):
            answer = client.get(place.format(token))
            assert answer.status_code in (404, 410), (place, token, answer.status_code)
            if place == "/s/{}" and len(token) == 22:
                said.add(answer.text)
    assert len(said) == 1  # byte for byte


@ON_SQLITE
@pytest.mark.parametrize("place", ["/accounts/first/{}", "/accounts/welcome/{}", "/accounts/forgotten-password/{}"])
def test_a_link_of_an_account_that_was_made_up_opens_nothing(client: PersonsClient, place: str) -> None:
    for token in (new_token(), "eyJhbGciOiJub25lIn0.e30.", "WzEsMl0.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb", "x" * 2000):
        answer = client.get(place.format(token))
        assert answer.status_code in (302, 404, 410)
        assert "new password" not in answer.text.lower() or answer.status_code != 200


@ON_SQLITE
def test_a_cookie_that_was_made_up_or_changed_is_nobody(app: Flask, client: PersonsClient) -> None:
    name = app.config["SESSION_COOKIE_NAME"]
    for value in ("eyJfdXNlcl9pZCI6IjEifQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb", "{}", "x" * 4000, "eyJhbGciOiJub25lIn0"):
        client.set_cookie(name, value)
        assert client.get("/dashboards/").status_code in (302, 401)


@ON_SQLITE
@pytest.mark.parametrize(
    "path",
    [
        "/static/../survey_app/settings/__init__.py",
        "/static/..%2fsurvey_app%2fsettings%2f__init__.py",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static/..\\survey_app\\settings\\__init__.py",
        "/static//etc/passwd",
        "/static/css/%00.css",
        "/logo/../../etc/passwd",
        "/logo/..%2f..%2fsurvey.db",
        "/survey-picture/..%2f..%2fsecret_key",
        "/evidence/packs/..%2f..%2fsecret_key.zip",
        "/evidence/documents/..%2f..%2f..%2f..%2f",
    ],
)
def test_no_path_climbs_out(client: PersonsClient, sign_in: Callable[..., PersonsClient], path: str) -> None:
    for who in (client, sign_in("cse_lead")):
        answer = who.get(path)
        assert answer.status_code in (302, 308, 401, 403, 404)
        assert "root:" not in answer.text and "SETTINGS" not in answer.text


@ON_SQLITE
def test_more_fields_or_bytes_than_any_form_has_are_refused_before_they_are_read(client: PersonsClient) -> None:
    many = {f"field{n}": "x" for n in range(1_100)}
    assert client.post("/accounts/sign-in", data=many, content_type="multipart/form-data").status_code in (400, 413)
    assert client.post("/accounts/sign-in", data={"email": "x" * 1_100_000}).status_code == 413
    assert client.post("/accounts/sign-in", data=b"x" * 1_100_000, content_type="text/plain").status_code in (400, 413)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp037"])
def test_no_workbook_defines_what_grows_when_it_is_read_in_whatever_encoding(encoding: str) -> None:
    bomb = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><d>&b;</d>'
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    content = (head + bomb).encode(encoding) if encoding != "cp037" else head.encode() + bomb.encode("cp037")
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("content.xml", content)
    with pytest.raises((ValueError, SyntaxError)):
        ods_sheets(file.getvalue())


@ON_SQLITE
def test_only_named_routes_are_open_to_everybody(app: Flask) -> None:
    """A new public route is a decision: it is named here, or it is refused."""
    rooms = {
        rule.endpoint.partition(".")[0]
        for rule in app.url_map.iter_rules()
        if (access_of(app, rule.endpoint) or "") == PUBLIC
    }
    staffs_own = {"webhooks", "jobs", "api_keys", "feeds", "dashboards", "asking", "sending", "targets", "themes"}
    assert not rooms & staffs_own
    keyed = {
        rule.endpoint for rule in app.url_map.iter_rules() if (access_of(app, rule.endpoint) or "").startswith(BY_KEY)
    }
    assert all(endpoint.startswith("api.") for endpoint in keyed)
