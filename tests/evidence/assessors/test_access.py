"""An assessor's access: by invitation, until a day, written down, and closed at once when it is ended."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from survey_app.audit.models import AuditLine
from survey_app.evidence.assessors.operations import forget_lines
from survey_app.evidence.models import AccessLine, AssessorAccess, Framework
from survey_app.extensions import db
from survey_app.kernel.clock import london_day, utc_now
from tests.conftest import PersonsClient
from tests.evidence.test_pins import pin
from tests.factories import NOON, make_user
from tests.queue import work_off

SignIn = Callable[..., PersonsClient]
PAGE = "/evidence/assessors/"
ELEMENT = "/evidence/cse/1.3.1"
ASKED = {"name": "Ines Field", "email": "ines@assessing.example", "body": "Assessing Ltd", "framework": "cse"}


def in_days(days: int) -> str:
    day = london_day(utc_now()) + timedelta(days=days)
    return f"{day.day}/{day.month}/{day.year}"


def invite(lead: PersonsClient, **changed: str) -> str:
    answer = lead.send_form(PAGE, buffered=True, visit="", **{"expires_on": in_days(30), **ASKED, **changed})
    return answer.text if answer.status_code == 400 else lead.get(PAGE).text


def test_a_lead_invites_and_the_assessor_chooses_a_password_once(
    app: Flask, year: None, sign_in: SignIn, client: PersonsClient
) -> None:
    lead = sign_in("cse_lead")
    assert f'value="{in_days(30)}"' in lead.get(PAGE).text
    page = invite(lead)
    assert "1 assessor can read our evidence." in page
    link = re.search(r"http://[^ <]+/accounts/welcome/[^ <]+", page)
    assert link is not None, "without a mail server the lead is shown the address"
    path = link[0][link[0].index("/accounts") :]
    welcome = client.get(path).text
    assert "ines@assessing.example" in welcome and "for Ines Field alone" in welcome
    short = client.send_form(path, password="short", password_again="short")
    assert short.status_code == 400 and "at least 12 characters" in short.text
    words = "seven green garden gates"
    assert client.send_form(path, password=words, password_again=words).status_code == 303
    element = client.get(ELEMENT)
    assert element.status_code == 200
    until = london_day(utc_now()) + timedelta(days=30)
    mark = BeautifulSoup(element.text, "html.parser").select(".watermark")
    assert [each.text for each in mark] == [f"Ines Field, Assessing Ltd: read only, until {until.day} {until:%B %Y}"]
    assert lead.get(path).status_code == 410
    assert "/accounts/welcome/" not in lead.get(PAGE).text
    assert list((app.extensions["settings"].instance_path / "outbox").glob("*assessor.eml"))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"expires_on": "181"}, "180 days is the most"),
        ({"expires_on": "-1"}, "Choose today or a later day"),
        ({"email": "nobody"}, "Type an e-mail address"),
        ({"name": ""}, "Type their name."),
        ({"framework": "none"}, "Choose a framework from the list."),
        ({"email": "worker@anyborough.example"}, "who is no assessor"),
    ],
)
def test_who_cannot_be_invited_comes_back_as_it_was_typed(
    year: None, sign_in: SignIn, changed: dict[str, str], said: str
) -> None:
    make_user("cse_lead", email="worker@anyborough.example")
    if "expires_on" in changed:
        changed = {"expires_on": in_days(int(changed["expires_on"]))}
    page = invite(sign_in("cse_lead"), **changed)
    assert said in page and "Assessing Ltd" in page and "<title>Error: " in page
    assert db.session.scalar(select(AssessorAccess.id)) is None


def test_ended_access_opens_one_page_that_says_whom_to_ask_and_can_be_taken_back(year: None, sign_in: SignIn) -> None:
    lead, assessor = sign_in("cse_lead"), sign_in("assessor")
    access = db.session.scalars(select(AssessorAccess)).one()
    assert assessor.get(ELEMENT).status_code == 200
    done = lead.send_form(f"{PAGE}{access.id}/end", form_at=PAGE)
    assert "can open nothing any more" in lead.get(done.location).text
    for url in (ELEMENT, "/evidence/", "/evidence/sitting/cse", "/help", "/accounts/", "/accounts/password"):
        page = assessor.get(url)
        assert page.status_code == 403
        assert "The council has ended your access." in page.text and "the person at the council" in page.text
        assert "1.3.1" not in page.text
    lead.send_form(f"{PAGE}{access.id}/reopen", form_at=PAGE)
    assert assessor.get(ELEMENT).status_code == 200
    acts = db.session.scalars(select(AuditLine.action).where(AuditLine.subject == f"access {access.id}")).all()
    assert acts == ["assessor access ended", "assessor access reopened"]


def test_access_runs_out_after_its_last_day_and_is_prolonged(year: None, sign_in: SignIn) -> None:
    lead, assessor = sign_in("cse_lead"), sign_in("assessor")
    access = db.session.scalars(select(AssessorAccess)).one()
    today = london_day(utc_now())
    access.expires_on = today
    assert assessor.get(ELEMENT).status_code == 200, "its last day is open to the end"
    access.expires_on = today - timedelta(days=1)
    page = assessor.get(ELEMENT)
    assert (page.status_code, "It was open until" in page.text) == (403, True)
    there = f"{PAGE}{access.id}"
    refused = lead.send_form(f"{there}/last-day", form_at=there, expires_on=in_days(400))
    assert refused.status_code == 400 and "180 days is the most" in refused.text
    assert lead.send_form(f"{there}/last-day", form_at=there, expires_on=in_days(5)).status_code == 303
    assert assessor.get(ELEMENT).status_code == 200


@pytest.mark.parametrize("ended", [True, False])
def test_what_was_being_typed_when_it_ended_comes_back_with_whom_to_ask(
    year: None, sign_in: SignIn, *, ended: bool
) -> None:
    assessor = sign_in("assessor")
    token = BeautifulSoup(assessor.get(ELEMENT).text, "html.parser").find("input", {"name": "csrf_token"})
    assert token is not None
    access = db.session.scalars(select(AssessorAccess)).one()
    lead = make_user("cse_lead")
    lead.name, access.invited_by = "Priya Shah", lead.id
    if ended:
        access.ended_at = utc_now()
    else:
        access.expires_on = london_day(utc_now()) - timedelta(days=1)
    db.session.commit()
    page = assessor.post(f"{ELEMENT}/comments", data={"csrf_token": token["value"], "text": "How do you ask people?"})
    assert page.status_code == 403
    assert "How do you ask people?" in page.text and "ask Priya Shah: they can open it again." in page.text


def test_an_assessor_whom_nobody_invited_sees_nothing(year: None, sign_in: SignIn) -> None:
    assessor = sign_in("assessor")
    db.session.delete(db.session.scalars(select(AssessorAccess)).one())
    page = assessor.get("/evidence/")
    assert (page.status_code, "Nobody has invited you" in page.text) == (403, True)


def test_of_another_framework_nothing_is_open(year: None, sign_in: SignIn) -> None:
    pin("1.3.1")
    assessor = sign_in("assessor")
    assert assessor.get("/evidence/exhibits/E01").status_code == 200
    assert assessor.get("/evidence/exhibits/E01/rows").status_code == 200
    other = Framework(code="other", name="Another standard")
    db.session.add(other)
    db.session.flush()
    db.session.scalars(select(AssessorAccess)).one().framework_id = other.id
    for url in (ELEMENT, "/evidence/?framework=cse", "/evidence/exhibits/E01", "/evidence/exhibits/E01/rows"):
        assert assessor.get(url).status_code == 403
    board = assessor.get("/evidence/")
    assert board.status_code == 200 and "Another standard" in board.text and "Customer Service" not in board.text


@pytest.mark.parametrize("role", ["adviser", "service_manager", "data_protection_officer", "assessor"])
def test_others_cannot_let_anybody_in(year: None, sign_in: SignIn, role: str) -> None:
    person = sign_in(role, *(["housing"] if role in {"adviser", "service_manager"} else []))
    assert person.get(PAGE).status_code == 403
    assert person.post(PAGE, data={"csrf_token": "x"}).status_code in {400, 403}


def test_each_page_is_written_down_by_the_worker_without_its_query(app: Flask, year: None, sign_in: SignIn) -> None:
    lead, assessor = sign_in("cse_lead"), sign_in("assessor")
    work_off(app)
    assessor.get(f"{ELEMENT}?pinned=1")
    assessor.get("/evidence/sitting/cse")
    assessor.get("/dashboards/")
    lead.get(ELEMENT)
    assert db.session.scalars(select(AccessLine)).all() == [], "reading writes nothing: it waits for the worker"
    assert work_off(app) == 2
    assert db.session.scalars(select(AccessLine.what).order_by(AccessLine.id)).all() == [
        ELEMENT,
        "/evidence/sitting/cse",
    ]
    access = db.session.scalars(select(AssessorAccess)).one()
    assert ELEMENT in lead.get(f"{PAGE}{access.id}").text
    assert ">2<" in lead.get(PAGE).text


def test_a_page_that_cannot_be_written_down_is_not_given(app: Flask, year: None, sign_in: SignIn) -> None:
    assessor = sign_in("assessor")

    def broken(*_what: object) -> None:
        raise ConnectionError("no queue")

    app.extensions["note_page_task"] = broken
    page = assessor.get(ELEMENT)
    assert page.status_code == 503 and "1.3.1" not in page.text


def test_what_was_opened_is_kept_for_three_years(app: Flask, year: None) -> None:
    user = make_user("assessor")
    access = db.session.scalars(select(AssessorAccess).where(AssessorAccess.user_id == user.id)).one()
    for back in (0, 3 * 365, 3 * 365 + 2):
        db.session.add(AccessLine(access_id=access.id, at=NOON - timedelta(days=back), what="/evidence/"))
    db.session.commit()
    assert forget_lines(NOON, "worker") == 1
    assert forget_lines(NOON, "worker") == 0
    kept = db.session.scalars(select(AccessLine.at)).all()
    assert [each.date() for each in kept] == [NOON.date(), date(2023, 3, 11)]
