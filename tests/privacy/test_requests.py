"""Requests of people about their data: written down with a last day, found without leaving a trace, and done."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select
from time_machine import TimeMachineFixture

from survey_app.audit.models import AuditLine
from survey_app.contacts.models import Contact, OptOut
from survey_app.extensions import db
from survey_app.privacy.models import RequestKind, SubjectRequest
from survey_app.privacy.purging.jobs import SCRUB
from survey_app.privacy.requests.due import due_on
from survey_app.work.jobs import jobs, run_job
from tests.conftest import PersonsClient
from tests.privacy.erased import ADVISER, CASE, EMAIL, NEXT_DAY, PHONE, REF, WORDS, make_everything

SignIn = Callable[..., PersonsClient]
PAGE = "/data-protection/requests/"


@pytest.fixture(autouse=True)
def _two_days_later(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NEXT_DAY + timedelta(days=2))


@pytest.fixture
def officer(app: Flask, sign_in: SignIn, tmp_path: Path) -> PersonsClient:
    make_everything(app, tmp_path)
    return sign_in("data_protection_officer")


def received(client: PersonsClient, kind: str, day: str = "13/3/2026") -> str:
    answer = client.send_form(PAGE, kind=kind, received_on=day)
    assert answer.status_code == 303, words(answer.text)
    return str(answer.location)


def words(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").get_text(" ").split())


def requests() -> list[SubjectRequest]:
    db.session.rollback()
    return list(db.session.scalars(select(SubjectRequest).order_by(SubjectRequest.id)))


@pytest.mark.parametrize(
    ("came", "due"),
    [
        (date(2026, 3, 13), date(2026, 4, 13)),
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2027, 12, 5), date(2028, 1, 5)),
    ],
)
def test_a_month_is_left_from_the_day_it_came(came: date, due: date) -> None:
    assert due_on(came) == due


def test_access_hands_out_everything_of_the_person_and_nobody_else(officer: PersonsClient) -> None:
    page = received(officer, "access")
    found = officer.send_form(f"{page}find", form_at=page, person=EMAIL, named_by="any")
    assert "This is held about them." in words(found.text)
    assert "Zuleika" not in found.text  # counts, and no detail

    given = officer.send_form(f"{page}answer", form_at=page, person=EMAIL, named_by="any")
    assert given.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(given.data)) as file:
        told, shown = json.loads(file.read("what-we-hold.json")), words(file.read("what-we-hold.html").decode())
    for needle in (EMAIL, "+447700900111", REF, CASE, WORDS, "Housing", "Very dissatisfied"):
        assert needle in json.dumps(told, ensure_ascii=False), needle
        assert needle in shown, needle
    for needle in (ADVISER, "bryn@example.org", "person1@example.org", "anyborough.example"):
        assert needle not in shown, needle
    assert {s["code"] for s in told["sections"] if s["rows"]} >= {
        "contacts",
        "messages",
        "answers",
        "words",
        "about_you",
        "follow_ups",
        "texts",
        "blocks",
        "files",
        "mentions",
    }
    (row,) = requests()
    assert (row.kind, row.received_on, row.due_on) == (RequestKind.ACCESS, date(2026, 3, 13), date(2026, 4, 13))
    assert row.done_at is not None
    assert row.found


def test_erasure_says_first_what_goes_and_what_stays(officer: PersonsClient) -> None:
    page = received(officer, "erasure")
    asked = words(officer.send_form(f"{page}find", form_at=page, person=REF, named_by="any").text)
    assert "Erase this person? It cannot be undone." in asked
    assert "Backups that were made before now" in asked
    assert len(db.session.scalars(select(Contact).where(Contact.reference.like("erased%"))).all()) == 0

    done = officer.send_form(f"{page}answer", form_at=page, person=REF, named_by="any")
    assert done.status_code == 303
    assert "They are erased." in words(officer.get(page).text)
    db.session.rollback()
    assert len(db.session.scalars(select(Contact).where(Contact.reference.like("erased%"))).all()) == 2

    again = officer.send_form(f"{page}answer", form_at=page, person=REF, named_by="any")
    assert again.status_code == 303  # pressed twice


def test_after_an_erasure_it_is_said_until_the_file_is_made_anew(
    officer: PersonsClient, app: Flask, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "may still hold" not in words(officer.get(PAGE).text)
    page = received(officer, "erasure")
    officer.send_form(f"{page}answer", form_at=page, person=EMAIL, named_by="any")
    for where in (page, PAGE):
        said = words(officer.get(where).text)
        assert "may still hold deleted words of 1 person who was erased. The worker makes it anew shortly." in said
    assert jobs()[SCRUB].backlog(NEXT_DAY).waiting == 1  # type: ignore[misc]
    db.session.remove()
    monkeypatch.setattr("survey_app.privacy.purging.queries.MOST_BYTES", 0)
    run_job(jobs()[SCRUB], worker="test")
    if db.engine.dialect.name == "sqlite":
        assert "run “flask privacy scrub” at a quiet hour" in words(officer.get(PAGE).text)
        db.session.remove()
        assert runner.invoke(args=["privacy", "scrub"]).exit_code == 0
    assert "may still hold" not in words(officer.get(PAGE).text)
    assert "may still hold" not in words(officer.get(page).text)
    line = db.session.scalars(select(AuditLine).where(AuditLine.action == "database.made anew")).one()
    assert line.after == {"erasures": 1}


def test_the_worker_makes_a_small_file_anew_once(officer: PersonsClient) -> None:
    page = received(officer, "erasure")
    officer.send_form(f"{page}answer", form_at=page, person=EMAIL, named_by="any")
    db.session.remove()
    for _ in range(2):
        run_job(jobs()[SCRUB], worker="test")
    assert jobs()[SCRUB].backlog(NEXT_DAY).waiting == 0  # type: ignore[misc]
    lines = db.session.scalars(select(AuditLine.actor_kind).where(AuditLine.action == "database.made anew")).all()
    assert lines == ["job"]


def test_an_objection_stops_every_key_of_theirs(officer: PersonsClient) -> None:
    page = received(officer, "objection")
    assert officer.send_form(f"{page}answer", form_at=page, person=PHONE, named_by="phone").status_code == 303
    stops = db.session.scalars(select(OptOut)).all()
    assert any(stop.email_key for stop in stops)
    assert any(stop.phone_key for stop in stops)
    assert any(stop.customer_ref == REF for stop in stops)


def test_an_objection_of_somebody_unknown_is_heeded_too(officer: PersonsClient) -> None:
    page = received(officer, "objection")
    found = officer.send_form(f"{page}find", form_at=page, person="who@example.org", named_by="any")
    assert "Nothing is held about this person." in words(found.text)
    officer.send_form(f"{page}answer", form_at=page, person="who@example.org", named_by="any")
    assert len(db.session.scalars(select(OptOut)).all()) >= 1
    assert "look once more whether they are spelt right" in words(officer.get(page).text)


def test_nothing_says_afterwards_who_it_was(officer: PersonsClient) -> None:
    for kind in RequestKind:
        page = received(officer, kind.value)
        officer.send_form(f"{page}find", form_at=page, person="who@example.org", named_by="any")
        officer.send_form(f"{page}answer", form_at=page, person="who@example.org", named_by="any")
    lines = db.session.scalars(select(AuditLine)).all()
    told = " ".join(f"{line.subject} {line.before} {line.after}" for line in lines)
    assert "who@example.org" not in told
    assert "request.erasure done" in {line.action for line in lines}
    assert "who@example.org" not in officer.get(PAGE).text


@pytest.mark.parametrize("person", ["", "a" * 100])
def test_who_names_nobody_is_told_what_to_enter(officer: PersonsClient, person: str) -> None:
    page = received(officer, "access")
    for act in ("find", "answer"):
        refused = officer.send_form(f"{page}{act}", form_at=page, person=person, named_by="any")
        assert refused.status_code == 422
        assert "There is a problem" in words(refused.text)
        assert f'value="{person}"' in refused.text
    assert requests()[0].done_at is None


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"kind": "access", "received_on": "14/3/2027"}, "lies ahead"),
        ({"kind": "access", "received_on": "soon"}, "Type the day like"),
        ({"kind": "everything", "received_on": "12/3/2026"}, "Choose what they asked"),
    ],
)
def test_a_request_that_cannot_be_is_refused_and_nothing_typed_is_lost(
    officer: PersonsClient, typed: dict[str, str], why: str
) -> None:
    refused = officer.send_form(PAGE, **typed)
    assert (refused.status_code, requests()) == (422, [])
    assert why in words(refused.text)
    assert typed["received_on"] in refused.text


def test_what_is_late_stands_first(officer: PersonsClient, time_machine: TimeMachineFixture) -> None:
    received(officer, "access", "12/3/2026")
    received(officer, "erasure", "1/2/2026")
    page = words(officer.get(PAGE).text)
    assert "1 request is late." in page
    assert page.index("Erasure") < page.index("Access")


@pytest.mark.parametrize("role", ["administrator", "cse_lead", "adviser", "assessor"])
def test_others_may_not(app: Flask, sign_in: SignIn, role: str, tmp_path: Path) -> None:
    make_everything(app, tmp_path)
    client = sign_in(role, *(["housing"] if role == "adviser" else []))
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}XXXX/answer").status_code in (400, 403)


def test_a_request_that_is_none_is_not_found(officer: PersonsClient) -> None:
    assert officer.get(f"{PAGE}3333333333/").status_code == 404
