"""The pages of the API keys."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from survey_app.accounts.keys.models import ApiKey
from survey_app.accounts.keys.operations import make_key
from survey_app.accounts.keys.queries import key_by_public, key_holder
from survey_app.audit.models import AuditLine
from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from tests.factories import make_service

URL = "/admin/api-keys/"


@pytest.fixture
def admin(sign_in):
    return sign_in("administrator")


def page(answer) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


def test_a_key_is_shown_once_and_works(admin):
    assert "No other system can use the API" in page(admin.get(URL)).h1.text
    answer = admin.send_form(URL, name="Telephone system", scopes="contacts:write", days="90")
    text = page(answer).find("code").text
    assert answer.headers["Cache-Control"] == "no-store"
    assert key_holder(text, utc_now()).name == "Telephone system"
    again = admin.get(URL)
    assert "1 key works." in page(again).h1.text
    assert text not in again.text
    assert db.session.scalar(select(AuditLine.actor_kind).where(AuditLine.action == "api key made")) == "user"


def test_what_cannot_be_made_comes_back_as_it_was_typed(admin):
    answer = admin.send_form(URL, name="Telephone \x07system" + "x" * 80, days="90")
    assert answer.status_code == 422
    problems = [link["href"] for link in page(answer).select(".govuk-error-summary a")]
    assert problems == ["#name", "#scopes"]
    assert all(page(answer).select(problem) for problem in problems)
    assert page(answer).find("input", id="name")["value"].startswith("Telephone system")
    assert page(answer).find("option", selected=True)["value"] == "90"
    assert db.session.scalar(select(func.count()).select_from(ApiKey)) == 0


def test_a_key_is_revoked_after_a_question_and_for_good(admin):
    made = make_key("Telephone system", ["contacts:write"], days=20, now=utc_now())
    assert "Ends soon" in admin.get(URL).text
    url = f"{URL}{made.public}/"
    assert "Revoke the key of Telephone system?" in page(admin.get(url)).h1.text
    assert admin.send_form(url).status_code == 303
    assert key_holder(made.text, utc_now()) is None
    assert "Revoked" in admin.get(URL).text
    assert "opens nothing any more" in page(admin.get(url)).h1.text
    assert page(admin.get(url)).find("button", string="Revoke this key") is None
    assert admin.get(f"{URL}NOSUCHKEY9/").status_code == 404


def test_an_ended_key_stays_in_the_list(admin):
    old = make_key("Old system", ["contacts:write"], days=1, now=utc_now() - timedelta(days=3))
    assert key_by_public(old.public).name in admin.get(URL).text
    assert "Ended" in admin.get(URL).text


@pytest.mark.parametrize("role", ["cse_lead", "data_protection_officer", "assessor"])
def test_only_the_administrator_makes_keys(sign_in, role):
    client = sign_in(role)
    assert client.get(URL).status_code == 403


def test_a_key_is_kept_to_the_services_that_were_ticked(admin):
    make_service("waste", "Waste and recycling")
    make_service("tax", "Council tax")
    answer = admin.send_form(
        URL, name="Report", scopes=["figures:read", "figures:published"], services="tax", days="90"
    )
    assert answer.status_code == 200
    key = key_by_public(key_holder(page(answer).find("code").text, utc_now()).public)
    assert (key.scopes, [service.code for service in key.services]) == (["figures:published", "figures:read"], ["tax"])
    (row,) = page(admin.get(URL)).select("tbody tr")
    assert "Council tax" in row.text
    assert "Waste" not in row.text


def test_a_service_that_is_not_there_makes_no_key(admin):
    make_service("waste")
    answer = admin.send_form(URL, name="Report", scopes="figures:read", services=["waste", "gone"], days="90")
    assert answer.status_code == 422
    assert [link["href"] for link in page(answer).select(".govuk-error-summary a")] == ["#services"]
    assert page(answer).find("input", id="services").has_attr("checked")
    assert page(answer).find("details", class_="more").has_attr("open")
    assert db.session.scalar(select(func.count()).select_from(ApiKey)) == 0
