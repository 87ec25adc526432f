"""The first visitor of a site becomes nothing; whoever has the printed address becomes its administrator, once."""

from __future__ import annotations

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner

from survey_app.accounts.models import User
from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from survey_app.organisation.models import Council
from survey_app.web.access import access_of
from tests.admin.setup.conftest import ADMIN, error_of, heading, typed_in
from tests.conftest import PersonsClient
from tests.factories import make_user


def users() -> int:
    return db.session.query(User).count()


def test_the_front_door_names_the_printed_address_and_gives_nothing_away(client: PersonsClient) -> None:
    page = client.get("/")
    assert heading(page).startswith("Set up your council.")
    assert "flask users first-link" in page.text
    assert "/accounts/first/" not in page.text


def test_the_printed_address_works_once(app: Flask, client: PersonsClient, first_page: str) -> None:
    assert client.send_form(first_page, **ADMIN).status_code == 303
    assert [user.role_names for user in db.session.query(User)] == [["administrator"]]
    assert "Sam Okafor, Administrator" in client.get("/admin/setup/").text
    other = PersonsClient(app, app.response_class)
    assert other.get(first_page).status_code == 410
    assert other.get("/admin/setup/").status_code == 302
    assert other.sign_in(ADMIN["email"]).status_code == 302


def test_of_two_who_opened_the_page_the_slower_is_refused(app: Flask, client: PersonsClient, first_page: str) -> None:
    slower = PersonsClient(app, app.response_class)
    page = slower.get(first_page).text
    token = page.partition('name="csrf_token" value="')[2].partition('"')[0]
    client.send_form(first_page, **ADMIN)
    answer = slower.post(first_page, data=ADMIN | {"csrf_token": token, "email": "second@anyborough.example"})
    assert answer.status_code == 410
    assert users() == 1


@pytest.mark.parametrize("change", [lambda key: key[:-1], lambda key: key + "x", lambda key: "guess"])
def test_no_other_address_works(client: PersonsClient, first_page: str, change) -> None:  # type: ignore[no-untyped-def]
    folder, _, key = first_page.rpartition("/")
    answer = client.get(f"{folder}/{change(key)}")
    assert answer.status_code == 404
    assert "flask users first-link" in answer.text


def test_it_ends_after_three_days(client: PersonsClient, first_page: str) -> None:
    with time_machine.travel(utc_now().timestamp() + 4 * 24 * 3600):
        assert client.get(first_page).status_code == 404


def test_a_form_without_its_token_makes_nobody(client: PersonsClient, first_page: str) -> None:
    assert client.post(first_page, data=ADMIN).status_code == 400
    assert users() == 0


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"email": "sam"}, "email"),
        ({"email": ""}, "email"),
        ({"password": "short", "password_again": "short"}, "password"),
        ({"password_again": "something else entirely"}, "password_again"),
    ],
)
def test_an_administrator_who_cannot_be(
    client: PersonsClient, first_page: str, wrong: dict[str, str], field: str
) -> None:
    answer = client.send_form(first_page, **ADMIN | wrong)
    assert answer.status_code == 400
    assert error_of(answer, field)
    if field != "name":
        assert typed_in(answer, "name") == ADMIN["name"]
    assert users() == 0


def test_the_command_prints_an_address_until_there_is_somebody(client: PersonsClient, runner: FlaskCliRunner) -> None:
    printed = runner.invoke(args=["users", "first-link"]).stdout.strip()
    assert printed.startswith("http://127.0.0.1:5000/accounts/first/")
    path = printed.removeprefix("http://127.0.0.1:5000")
    assert client.send_form(path, **ADMIN).status_code == 303
    refused = runner.invoke(args=["users", "first-link"])
    assert refused.exit_code == 1
    assert "flask users create" in refused.stderr


def test_every_page_of_setting_up_is_for_those_who_manage_the_council(app: Flask) -> None:
    endpoints = [rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.startswith("/admin/setup/")]
    assert len(endpoints) > 15
    assert {access_of(app, endpoint) for endpoint in endpoints} == {"manage_council"}


@pytest.mark.parametrize("role", ["cse_lead", "data_protection_officer", "assessor"])
def test_other_roles_cannot_open_it(app: Flask, client: PersonsClient, older_council: Council, role: str) -> None:
    client.sign_in(make_user(role).email)
    assert client.get("/admin/setup/").status_code == 403
    assert "/admin/setup/" not in client.get("/accounts/").text


def test_nobody_at_all_is_asked_to_sign_in(client: PersonsClient, older_council: Council) -> None:
    assert client.get("/admin/setup/contacts").location.startswith("/accounts/sign-in")


def test_staff_of_a_site_without_a_council_are_told_who_sets_it_up(client: PersonsClient) -> None:
    client.sign_in(make_user("cse_lead").email)
    page = client.get("/")
    assert heading(page).startswith("Set up your council.")
    assert "An administrator does it" in page.text


def test_a_council_that_is_there_can_be_changed_and_keeps_asking(client: PersonsClient, older_council: Council) -> None:
    client.sign_in(make_user("administrator").email)
    assert heading(client.get("/admin/setup/")).startswith("Anyborough Council is set up and asking.")
    form = {"name": "Newborough Council", "nation": "Wales", "complaint_phone": "01632 960100"}
    client.send_form("/admin/setup/council", **form)
    assert heading(client.get("/admin/setup/")).startswith("Newborough Council is set up and asking.")
