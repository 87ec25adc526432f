"""The pages of kiosks: one is made, its tablet hands over, and staff see what was received, or that nothing was."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from time_machine import TimeMachineFixture

from survey_app.audit.models import AuditLine
from survey_app.extensions import db, transaction
from survey_app.responses.models import HandOver, LinkKind, OpenLink
from survey_app.surveys.operations import publish_default_survey
from survey_app.surveys.queries import survey_by_code
from tests.conftest import PersonsClient
from tests.factories import make_council, make_link, make_service
from tests.statements import statements

FRIDAY = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
ADDRESS = "/admin/kiosks/"
FORM = {
    "name": "Riverside House reception",
    "service": "housing",
    "site": "",
    "survey": "one question",
    "seconds": "5",
    "pin": "4711",
}


@pytest.fixture
def admin(app: Flask, sign_in: Callable[..., PersonsClient], time_machine: TimeMachineFixture) -> PersonsClient:
    time_machine.move_to(FRIDAY, tick=False)
    with transaction():
        make_council()
        publish_default_survey(FRIDAY)
        make_service()
    return sign_in("administrator")


def made(admin: PersonsClient, **facts: str) -> OpenLink:
    """A kiosk that was made on the page."""
    answer = admin.send_form(ADDRESS, **FORM | facts)
    assert answer.status_code == 303
    db.session.expire_all()
    return db.session.scalars(select(OpenLink).order_by(OpenLink.id.desc())).first() or pytest.fail("no link")


def heading(page: str) -> str:
    found = BeautifulSoup(page, "html.parser").find("h1")
    assert found is not None
    return re.sub(r"\s+", " ", found.text).strip()


def received(link: OpenLink, at: datetime, **counts: int) -> None:
    usual = {"answers": 0, "repeated": 0, "refused": 0, "thrown_away": 0}
    with transaction():
        db.session.add(HandOver(open_link_id=link.id, received_at=at, **usual | counts))


def test_a_kiosk_is_made_with_the_survey_of_one_question(admin: PersonsClient) -> None:
    assert heading(admin.get(ADDRESS).text).startswith("There is no kiosk yet.")
    link = made(admin)
    assert (link.kind, link.survey.code, link.seconds_between_taps) == (LinkKind.KIOSK, "kiosk", 5)
    page = admin.get(f"{ADDRESS}{link.code}/").text
    assert f"/k/{link.code}" in page and "Guided Access" in page
    assert "4711" not in page and "4711" not in (link.pin or "")
    assert admin.get(f"/k/{link.code}").status_code == 200
    assert made(admin, name="Library").survey is link.survey


def test_a_longer_survey_can_be_chosen(admin: PersonsClient) -> None:
    assert made(admin, survey="after-contact").survey is survey_by_code("after-contact")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "Say what it is called"),
        ({"service": ""}, "Choose the service"),
        ({"pin": ""}, "4 to 8 digits"),
        ({"pin": "12345678901"}, "4 to 8 digits"),
        ({"pin": "abcd"}, "4 to 8 digits"),
        ({"seconds": "soon"}, "from 0 to 60"),
        ({"seconds": "61"}, "from 0 to 60"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_where_it_is_and_nothing_is_made(
    admin: PersonsClient, wrong: dict[str, str], words: str
) -> None:
    answer = admin.send_form(ADDRESS, **FORM | wrong)
    assert answer.status_code == 422 and words in answer.text
    assert wrong.keys() == {"name"} or FORM["name"] in answer.text
    assert db.session.scalars(select(OpenLink)).all() == []


def test_name_seconds_and_pin_can_be_changed_and_the_acts_are_recorded_without_the_pin(admin: PersonsClient) -> None:
    link = made(admin)
    before, page = link.pin, f"{ADDRESS}{link.code}/"
    assert admin.send_form(page, name="Reception", seconds="2", pin="").status_code == 303
    db.session.expire_all()
    assert (link.name, link.seconds_between_taps, link.pin) == ("Reception", 2, before)
    assert admin.send_form(page, name="Reception", seconds="2", pin="12").status_code == 422
    assert admin.send_form(page, name="Reception", seconds="2", pin="123456").status_code == 303
    db.session.expire_all()
    assert link.pin != before
    acts = db.session.execute(select(AuditLine.action, AuditLine.after).order_by(AuditLine.id)).all()
    assert [act for act, _ in acts if act.startswith(("link", "kiosk"))] == [
        "link.made",
        "link.renamed",
        "kiosk.changed",
        "kiosk.changed",
    ]
    assert "123456" not in str(acts) and str(link.pin) not in str(acts)


def test_closed_and_opened_again(admin: PersonsClient) -> None:
    link = made(admin)
    page = f"{ADDRESS}{link.code}/"
    admin.send_form(f"{page}close", form_at=page)
    assert "is closed" in heading(admin.get(page).text)
    assert admin.get(f"/k/{link.code}").status_code == 410
    admin.send_form(f"{page}reopen", form_at=page)
    assert admin.get(f"/k/{link.code}").status_code == 200


@pytest.mark.parametrize(
    ("later", "is_silent"),
    [
        (timedelta(hours=5), False),
        (timedelta(days=2), False),  # the weekend
        (timedelta(days=3, hours=8), False),  # Monday is not over
        (timedelta(days=4), True),  # Tuesday: nothing on Monday
    ],
)
def test_a_kiosk_from_which_nothing_came_for_a_working_day_is_pointed_out(
    admin: PersonsClient,
    sign_in: Callable[..., PersonsClient],
    time_machine: TimeMachineFixture,
    later: timedelta,
    is_silent: bool,
) -> None:
    received(made(admin), FRIDAY, answers=4)
    time_machine.move_to(FRIDAY + later, tick=False)
    page = sign_in("administrator").get(ADDRESS)  # the session of the first one has ended
    assert page.status_code == 200
    assert ("Nothing came for 1 working day." in page.text) == is_silent
    assert ("From 1 of them nothing came" in heading(page.text)) == is_silent


def test_what_was_received_is_listed_in_few_statements(admin: PersonsClient, app: Flask) -> None:
    link = made(admin)
    received(link, FRIDAY - timedelta(days=1), answers=200, thrown_away=12)
    received(link, FRIDAY, answers=14, repeated=3, refused=2)
    page = admin.get(ADDRESS)
    assert heading(page.text) == "1 kiosk is open. 14 answers were received today."
    cells = [cell.text for cell in BeautifulSoup(page.text, "html.parser").select("tbody td.number")]
    assert cells == ["14", "214", "12", "3", "2"]

    with statements() as few:
        admin.get(ADDRESS)
    with transaction():
        survey = link.survey.versions[0]
        for number in range(5):
            make_link(link.service, survey, LinkKind.KIOSK, name=f"Library {number}")
    with statements() as many:
        admin.get(ADDRESS)
    assert 0 < len(many) <= len(few)


@pytest.mark.parametrize("role", ["cse_lead", "data_protection_officer", "assessor"])
def test_it_is_for_who_sets_the_council_up(
    admin: PersonsClient, sign_in: Callable[..., PersonsClient], role: str
) -> None:
    link = made(admin)
    other = sign_in(role)
    assert other.get(ADDRESS).status_code == 403
    assert other.get(f"{ADDRESS}{link.code}/").status_code == 403


def test_a_link_of_another_kind_is_no_kiosk(admin: PersonsClient) -> None:
    with transaction():
        service = make_service("waste")
        link = make_link(service, publish_default_survey(FRIDAY))
    assert admin.get(f"{ADDRESS}{link.code}/").status_code == 404
