"""Rows of an uploaded file that were no contacts: fetched, put right, brought in again; then forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from time_machine import TimeMachineFixture

from survey_app.audit.models import AuditLine
from survey_app.contacts.models import Contact, ContactsFile
from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from survey_app.organisation.models import Council
from survey_app.work.jobs import run_due
from tests.admin.setup.conftest import said, upload
from tests.conftest import PersonsClient
from tests.factories import make_service

STEP = "/admin/setup/contacts"


@pytest.fixture(autouse=True)
def _waste(council: Council) -> None:
    make_service("waste")


def imported(client: PersonsClient, content: bytes, name: str = "calls.csv") -> str:
    page: str = upload(client, STEP, "file", content, name).location
    client.send_form(f"{page}/import", form_at=page)
    return page


def rows(*services: str) -> bytes:
    yesterday = utc_now() - timedelta(days=1)
    lines = [f"C-{n},{yesterday:%d %B %Y %H:%M},phone,{service}" for n, service in enumerate(services)]
    return "\n".join(["reference,occurred_at,channel,service", *lines]).encode()


def test_rejected_rows_are_fetched_put_right_and_brought_in(admin: PersonsClient) -> None:
    page = imported(admin, rows("waste", "wsate"))
    assert said(admin, STEP) == "1 contact imported. 1 rejected."
    assert "Rejected rows (CSV)" in admin.get(STEP).text
    assert admin.get(f"{page}/rejected.csv").status_code == 405  # who fetches details of people is written down
    fetched = admin.send_form(f"{page}/rejected.csv", form_at=STEP)
    assert fetched.mimetype == "text/csv"
    assert "calls.csv.rejected.csv" in fetched.headers["Content-Disposition"]
    header, rejected = fetched.text.splitlines()
    assert header == "line,reason,reference,occurred_at,channel,service"
    assert rejected.startswith("3,") and "did you mean" in rejected and rejected.endswith(",phone,wsate")
    assert "contacts.rejected rows fetched" in db.session.scalars(select(AuditLine.action)).all()

    imported(admin, fetched.data.replace(b",wsate", b",waste"), "again.csv")
    assert sorted(db.session.scalars(select(Contact.reference))) == ["C-0", "C-1"]


def test_without_rejected_rows_there_is_nothing_to_fetch(admin: PersonsClient) -> None:
    page = imported(admin, rows("waste"))
    assert "Rejected rows" not in admin.get(STEP).text
    assert admin.send_form(f"{page}/rejected.csv", form_at=STEP).status_code == 404
    waiting = upload(admin, STEP, "file", rows("wsate"), "other.csv").location
    assert admin.send_form(f"{waiting}/rejected.csv", form_at=STEP).status_code == 404


def test_rejected_rows_are_encrypted_and_forgotten_after_half_a_day(
    admin: PersonsClient, time_machine: TimeMachineFixture
) -> None:
    imported(admin, rows("wsate"))
    stored = db.session.execute(select(ContactsFile.__table__.c.content)).scalar_one()
    assert stored and "wsate" not in stored
    time_machine.move_to(utc_now() + timedelta(hours=13))
    run_due(["forget_files"])
    assert db.session.execute(select(ContactsFile.__table__.c.content)).scalar_one() is None


def test_a_file_whose_rows_cannot_be_told_apart_is_refused_beside_the_button(admin: PersonsClient) -> None:
    header = b"reference,occurred_at,channel,service\n"
    refused = upload(admin, STEP, "file", header + b'b","\n' * 100_000, "crafted.csv")
    assert refused.status_code == 400
    assert "too many quotation marks that do not close" in refused.text
    assert db.session.query(ContactsFile).count() == 0
