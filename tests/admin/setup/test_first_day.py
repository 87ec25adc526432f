"""From an empty database to the first real answer, as a council's first day goes."""

from __future__ import annotations

import re
from datetime import timedelta

from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select

from survey_app.audit.models import AuditLine
from survey_app.contacts.models import Contact
from survey_app.extensions import db
from survey_app.invitations.models import Invitation
from survey_app.kernel.clock import utc_now
from survey_app.measures.models import Target
from survey_app.organisation.models import Council
from survey_app.responses.models import SurveyResponse
from survey_app.work.jobs import run_due
from tests.admin.setup.conftest import ADMIN, COUNCIL, heading, said, upload
from tests.conftest import PersonsClient
from tests.smtp import SmtpServer, parts


def contacts_csv(*rows: str) -> bytes:
    return "\n".join(["reference,occurred_at,channel,service,email,notes", *rows]).encode()


def row(reference: str, service: str, email: str) -> str:
    yesterday = utc_now() - timedelta(days=1)
    return f"{reference},{yesterday:%Y-%m-%d %H:%M},phone,{service},{email},secret"


def test_the_first_day(app: Flask, client: PersonsClient, first_page: str, server: SmtpServer) -> None:
    assert heading(client.get("/")).startswith("Set up your council.")
    assert client.send_form(first_page, **ADMIN).location == "/"
    assert client.get("/").location == "/admin/setup/"
    assert heading(client.get("/admin/setup/")).startswith("Set up your council.")

    assert client.send_form("/admin/setup/council", **COUNCIL).location == "/admin/setup/logo"
    client.send_form("/admin/setup/services", services="Council tax\nHousing > Repairs\n\nWaste")
    assert "Repairs" in client.get("/admin/setup/services").text
    client.send_form("/admin/setup/target", percent="90", comparator="over", valid_from="1/4/2026", approved_by="")
    assert client.send_form(
        "/admin/setup/sender", name="Anyborough Council", email="feedback@anyborough.example"
    ).location.startswith("/admin/setup/contacts")

    preview = upload(
        client,
        "/admin/setup/contacts",
        "file",
        contacts_csv(
            row("C-1", "repairs", "resident@example.org"),
            row("C-1", "repairs", "resident@example.org"),
            row("C-2", "Wast", "other@example.org"),
        ),
        "telephone.csv",
    ).location
    page = client.get(preview)
    assert (
        heading(page)
        == "1 of 3 rows would be imported. 1 of them could be asked, each person once. Nothing is stored yet."
    )
    assert "Waste (waste)" in page.text
    assert "notes" in page.text
    assert db.session.scalar(select(func.count(Contact.id))) == 0

    client.send_form(f"{preview}/import", form_at=preview)
    assert said(client, "/admin/setup/contacts") == "1 contact imported. 1 we had already. 1 rejected."
    run_due()
    assert server.taken == []  # nobody is asked before the council says so

    client.send_form("/admin/setup/test")
    assert [message["To"] for message in server.taken] == ["sam@anyborough.example"]
    assert server.taken[0]["Subject"].startswith("Test: ")

    client.send_form("/admin/setup/asking/start", form_at="/admin/setup/asking")
    run_due()
    invitation = next(message for message in server.taken if message["To"] == "resident@example.org")
    link = re.findall(r"http://\S+(/s/[\w-]+)", parts(invitation)["text/plain"])[0]

    resident = PersonsClient(app, app.response_class)
    form = BeautifulSoup(resident.get(link).text, "html.parser")
    nonce = form.find("input", {"name": "nonce"})
    first_question = form.find("input", {"type": "radio"})
    assert nonce is not None and first_question is not None
    sent = resident.post(link, data={"nonce": nonce["value"], str(first_question["name"]): first_question["value"]})
    assert sent.status_code == 303
    assert "We have your answers." in resident.get(sent.headers["Location"]).text

    assert db.session.scalar(select(func.count(SurveyResponse.id))) == 1
    assert (
        heading(client.get("/admin/setup/")) == "Anyborough Council is set up and asking. 1 of 1 asked have answered."
    )
    assert client.get("/").location == "/dashboards/"


def test_every_step_is_a_page_that_says_how_far_it_is(council: Council, admin: PersonsClient) -> None:
    page = BeautifulSoup(admin.get("/admin/setup/").text, "html.parser")
    links = [str(link["href"]) for link in page.select("table.steps a")]
    assert len(links) == 9
    assert [link for link in links if admin.get(link).status_code != 200] == []
    states = [cell.get_text(strip=True) for cell in page.select("table.steps td:last-child")]
    assert states == ["done", "optional", "optional", "to do", "optional", "to do", "to do", "optional", "to do"]


def test_without_a_council_every_step_leads_to_the_first(admin: PersonsClient) -> None:
    for step in ("logo", "colours", "services", "target", "sender", "contacts", "test", "asking"):
        assert admin.get(f"/admin/setup/{step}").location == "/admin/setup/council"


def test_the_steps_stay_among_the_settings_of_the_menu(council: Council, admin: PersonsClient) -> None:
    assert 'href="/admin/"' in admin.get("/accounts/").text
    assert 'href="/admin/setup/"' in admin.get("/admin/").text


def test_every_act_is_in_the_audit_by_whoever_did_it(council: Council, admin: PersonsClient) -> None:
    admin.send_form("/admin/setup/services", services="Waste")
    admin.send_form("/admin/setup/target", percent="90", comparator="over", valid_from="1/4/2026")
    admin.send_form("/admin/setup/sender", name="Us", email="us@example.org")
    admin.send_form("/admin/setup/test")
    admin.send_form("/admin/setup/asking/start", form_at="/admin/setup/asking")
    lines = db.session.execute(select(AuditLine.action, AuditLine.actor_kind).order_by(AuditLine.id)).all()
    assert [tuple(line) for line in lines] == [
        ("user created", "system"),
        ("council.set up", "user"),
        ("asking.paused", "user"),
        ("organisation.parts changed", "user"),
        ("target.set", "user"),
        ("council.sender changed", "user"),
        ("council.test message sent", "user"),
        ("asking.started", "user"),
    ]


def test_asking_cannot_begin_before_it_can_work(council: Council, admin: PersonsClient) -> None:
    page = admin.get("/admin/setup/asking")
    assert heading(page) == "Not yet. Services, Sender are still to do."
    assert admin.send_form("/admin/setup/asking/start", form_at="/admin/setup/council").status_code == 303
    assert heading(admin.get("/admin/setup/asking")).startswith("Not yet.")


def test_a_pause_keeps_everybody_from_being_asked(council: Council, admin: PersonsClient, server: SmtpServer) -> None:
    admin.send_form("/admin/setup/services", services="Waste")
    admin.send_form("/admin/setup/sender", name="Us", email="us@example.org")
    admin.send_form("/admin/setup/asking/start", form_at="/admin/setup/asking")
    admin.send_form("/admin/setup/asking/pause", form_at="/admin/setup/asking")
    preview = upload(
        admin, "/admin/setup/contacts", "file", contacts_csv(row("C-1", "Waste", "a@example.org")), "c.csv"
    ).location
    admin.send_form(f"{preview}/import", form_at=preview)
    run_due()
    assert server.taken == []
    assert db.session.scalar(select(func.count(Invitation.id))) == 0


def test_the_target_is_the_councils_and_says_when_it_was_entered(council: Council, admin: PersonsClient) -> None:
    admin.send_form("/admin/setup/target", percent="92.5%", comparator="at_least", valid_from="2026-04-01")
    target = db.session.query(Target).one()
    assert (target.value, target.comparator, target.service_id) == (0.925, "at_least", None)
    admin.send_form("/admin/setup/target", percent="90", comparator="over", valid_from="1/4/2026")
    assert db.session.query(Target).one().value == 0.9  # the same day, so it was changed
    admin.send_form("/admin/setup/target", percent="95", comparator="over", valid_from="1/4/2027")
    assert db.session.query(Target).count() == 2
