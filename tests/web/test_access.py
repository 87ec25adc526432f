"""Every route says who may use it; who it is not for does not get in."""

from __future__ import annotations

import pytest
from flask import Flask

from survey_app.accounts.keys.scopes import SCOPES
from survey_app.accounts.roles import PERMISSIONS
from survey_app.web.access import BY_KEY, PUBLIC, SIGNED_IN, access_of, public, requires, signed_in


def add_route(app: Flask, url: str, declare=lambda view: view):
    def view() -> str:
        return "inside"

    app.add_url_rule(url, endpoint=url.strip("/"), view_func=declare(view))


def test_every_route_declares_who_may_use_it(app):
    declared = {rule.endpoint: access_of(app, rule.endpoint) for rule in app.url_map.iter_rules()}
    assert [endpoint for endpoint, access in declared.items() if access is None] == []
    assert set(declared.values()) <= {
        PUBLIC,
        SIGNED_IN,
        *PERMISSIONS,
        BY_KEY,
        *(f"{BY_KEY}{scope}" for scope in SCOPES),
    }


def test_each_route_declared_by_name_exists(app):
    assert set(app.extensions["access_by_name"]) <= {rule.endpoint for rule in app.url_map.iter_rules()}


def test_a_route_that_declares_nothing_is_refused_to_everybody(app, client, sign_in):
    add_route(app, "/undeclared")
    assert client.get("/undeclared").status_code == 403
    assert sign_in("administrator").get("/undeclared").status_code == 403


def test_a_public_route_is_open_to_all(app, client):
    add_route(app, "/open", public)
    assert client.get("/open").text == "inside"


def test_who_has_not_signed_in_is_led_to_sign_in_and_back(app, client):
    add_route(app, "/results", requires("view_results"))
    answer = client.get("/results?from=2025-04-01&to=2026-03-31")
    assert answer.status_code == 302
    assert answer.location == "/accounts/sign-in?next=/results?from%3D2025-04-01%26to%3D2026-03-31"


def test_a_form_sent_without_signing_in_is_not_led_back(client):
    answer = client.post("/accounts/password", data={"password": "x"})
    assert (answer.status_code, answer.location) == (302, "/accounts/sign-in")


@pytest.mark.parametrize(
    ("role", "permission", "status"),
    [
        ("assessor", "view_evidence", 403),  # but what evidence/assessors opens to them
        ("data_protection_officer", "view_evidence", 200),
        ("assessor", "view_results", 403),
        ("cse_lead", "make_pack", 200),
        ("cse_lead", "manage_users", 403),
        ("data_protection_officer", "view_audit", 200),
        ("data_protection_officer", "make_pack", 403),
        ("administrator", "manage_users", 200),
        ("administrator", "view_comments", 403),
    ],
)
def test_a_role_opens_what_its_permissions_say(app, sign_in, role, permission, status):
    add_route(app, "/room", requires(permission))
    assert sign_in(role).get("/room").status_code == status


def test_a_route_for_all_staff_is_open_to_every_role(app, sign_in):
    add_route(app, "/staff-room", signed_in)
    assert sign_in("assessor").get("/staff-room").status_code == 200
