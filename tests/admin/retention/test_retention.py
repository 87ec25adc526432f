"""How long data is kept: what would go is seen before it is changed, and a change can be undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from time_machine import TimeMachineFixture

from survey_app.admin.retention.presenters import in_words
from survey_app.audit.models import AuditLine
from survey_app.extensions import db, transaction
from survey_app.privacy.models import RetentionRule
from survey_app.privacy.retention import BY_CODE
from survey_app.surveys.operations import publish_default_survey
from tests.conftest import PersonsClient
from tests.factories import NOON, make_cast, make_contact, make_service

SignIn = Callable[..., PersonsClient]
PAGE = "/admin/retention/"
DETAILS = f"{PAGE}contact_details/"


@pytest.fixture
def officer(app: Flask, sign_in: SignIn, time_machine: TimeMachineFixture) -> PersonsClient:
    time_machine.move_to(NOON + timedelta(days=20))
    with transaction():
        make_cast()
        publish_default_survey(NOON)
        make_contact(make_service("parks"))
    return sign_in("data_protection_officer")


def words(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def test_each_class_is_listed_with_what_goes_now(officer: PersonsClient) -> None:
    page = words(officer.get(PAGE).text)
    assert "Nothing is kept longer than it should be." in page
    for each in BY_CODE.values():
        assert each.name in page


def test_what_would_go_is_said_before_it_is_changed(officer: PersonsClient) -> None:
    tried = officer.send_form(f"{DETAILS}try", form_at=DETAILS, days="15")
    assert "1 row would go. E-mail addresses and phone numbers of contacts: 15 days instead of 30 days." in words(
        tried.text
    )
    assert "The oldest is of 10 March 2026. None of them goes as it is set now." in words(tried.text)
    assert db.session.scalars(select(RetentionRule)).all() == []


def test_a_change_is_kept_audited_and_undone(officer: PersonsClient) -> None:
    kept = officer.send_form(DETAILS, days="15")
    assert kept.status_code == 303
    page = words(officer.get(PAGE).text)
    assert "15 days from the day of the contact" in page
    assert "Holds from" in page  # after a day, so that it can be undone
    (line,) = db.session.scalars(select(AuditLine).where(AuditLine.action == "retention changed"))
    assert (line.subject, line.before, line.after) == ("contact_details", {"keep_days": 30}, {"keep_days": 15})
    assert line.actor_kind == "user"

    officer.send_form(f"{DETAILS}undo", form_at=PAGE)
    db.session.rollback()
    assert db.session.scalars(select(RetentionRule.keep_days)).all() == [30]


@pytest.mark.parametrize("typed", ["13", "31", "-5", "soon", "", "20.5", "1e9"])
@pytest.mark.parametrize("act", ["try", ""])
def test_days_outside_the_limits_are_refused_and_what_was_typed_stays(
    officer: PersonsClient, typed: str, act: str
) -> None:
    refused = officer.send_form(f"{DETAILS}{act}", form_at=DETAILS, days=typed)
    assert refused.status_code == 422
    assert "Enter a whole number of days from 14 to 30." in words(refused.text)
    assert f'value="{typed}"' in refused.text


def test_a_class_that_is_none_is_not_found(officer: PersonsClient) -> None:
    assert officer.get(f"{PAGE}everything/").status_code == 404
    assert officer.get(f"{PAGE}drafts/").status_code == 404  # has a last day of its own


@pytest.mark.parametrize(
    ("role", "status"), [("administrator", 200), ("data_protection_officer", 200), ("cse_lead", 403), ("assessor", 403)]
)
def test_who_may_set_it(app: Flask, sign_in: SignIn, role: str, status: int) -> None:
    with transaction():
        make_cast()
    assert sign_in(role).get(PAGE).status_code == status


def test_days_are_told_in_words() -> None:
    assert [in_words(days) for days in (30, 400, 365, 1_095)] == [
        "30 days",
        "400 days (about 13 months)",
        "365 days (about 1 year)",
        "1,095 days (about 3 years)",
    ]
