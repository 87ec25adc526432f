"""What cannot be taken is said where it happened, and what was typed stays."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from survey_app.contacts.models import Contact, ContactsFile
from survey_app.contacts.operations import MOST_FILE_BYTES
from survey_app.extensions import db
from survey_app.measures.models import Target
from survey_app.organisation.models import Council, Logo, Service
from tests.admin.setup.conftest import COUNCIL, error_of, said, typed_in, upload
from tests.conftest import PersonsClient
from tests.factories import make_service
from tests.fuzz.nasty import SAMPLES
from tests.pictures import png
from tests.smtp import SmtpServer


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"name": "  "}, "name", "Type the council's name."),
        ({"name": "A" * 121}, "name", "Use 120 characters or fewer."),
        ({"name": "Any\u202eborough"}, "name", "invisible characters"),
        ({"nation": "Atlantis"}, "nation", "Choose the nation."),
        ({"complaint_url": "javascript:alert(1)"}, "complaint_url", "Type the whole address"),
        ({"complaint_url": "www.anyborough.example"}, "complaint_url", "Type the whole address"),
        ({"complaint_url": "https://[broken"}, "complaint_url", "Type the whole address"),
        ({"complaint_url": "", "complaint_phone": ""}, "complaint_url", "for complaints"),
        ({"complaint_phone": "ring us"}, "complaint_phone", "Type a phone number"),
        ({"complaint_phone": "0" * 41}, "complaint_phone", "Use 40 characters or fewer."),
    ],
)
def test_a_council_that_cannot_be(admin: PersonsClient, wrong: dict[str, str], field: str, words: str) -> None:
    answer = admin.send_form("/admin/setup/council", **COUNCIL | wrong)
    assert answer.status_code == 400
    assert words in error_of(answer, field)
    assert typed_in(answer, "postal_address") == COUNCIL["postal_address"]
    assert db.session.scalar(select(func.count(Council.id))) == 0


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"brand": "blue", "link": "#1a5a96"}, "brand", "like #1d3557"),
        ({"brand": "#e46c0a", "link": "#1a5a96"}, "brand", "a contrast of 3.25:1, and 4.5:1 is needed. The nearest"),
        ({"brand": "#1d3557", "link": "#757575"}, "link", "4.6:1 on white"),
        ({"brand": "#1d3557", "link": ""}, "link", "like #1d3557"),
    ],
)
def test_colours_that_not_everyone_can_read(
    council: Council, admin: PersonsClient, typed: dict[str, str], field: str, words: str
) -> None:
    answer = admin.send_form("/admin/setup/colours", **typed)
    assert answer.status_code == 400
    assert words in error_of(answer, field)
    assert {name: typed_in(answer, name) for name in typed} == typed
    assert "--brand:#1d3557;--link:#1a5a96" in admin.get("/brand.css").text


def test_the_nearest_colour_that_a_refusal_names_is_taken(council: Council, admin: PersonsClient) -> None:
    answer = admin.send_form("/admin/setup/colours", brand="#e46c0a", link="#1a5a96")
    nearest = error_of(answer, "brand").rpartition("is ")[2].rstrip(".")
    assert admin.send_form("/admin/setup/colours", brand=nearest, link="#1a5a96").status_code == 303


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg onload='alert(1)'/>", "An SVG can hold scripts"),
        (b"%PDF-1.7", "no PNG or JPEG"),
        (png() + b"\0" * 500_000, "0.5 MB or less"),
    ],
)
def test_a_file_that_can_be_no_logo(council: Council, admin: PersonsClient, content: bytes, words: str) -> None:
    answer = upload(admin, "/admin/setup/logo", "logo", content, "logo.png")
    assert answer.status_code == 400
    assert words in error_of(answer, "logo")
    assert db.session.query(Logo).count() == 0


@pytest.mark.parametrize(("page", "field"), [("logo", "logo"), ("contacts", "file")])
def test_no_file_at_all(council: Council, admin: PersonsClient, page: str, field: str) -> None:
    answer = admin.send_form(f"/admin/setup/{page}")
    assert (answer.status_code, error_of(answer, field)) == (400, "Choose a file.")


def test_a_request_far_beyond_any_logo_is_not_read(council: Council, admin: PersonsClient) -> None:
    assert upload(admin, "/admin/setup/logo", "logo", b"\0" * 6_000_000, "logo.png").status_code == 413


@pytest.mark.parametrize(
    ("typed", "words"),
    [("", "Type at least one service."), ("Waste\n" + "A" * 121, "Line 2"), ("Housing > ", "Line 1")],
)
def test_services_that_cannot_be(council: Council, admin: PersonsClient, typed: str, words: str) -> None:
    answer = admin.send_form("/admin/setup/services", services=typed)
    assert answer.status_code == 400
    assert words in error_of(answer, "services")
    assert typed_in(answer, "services") == typed
    assert db.session.scalar(select(func.count(Service.id))) == 0


def test_a_file_of_services_is_taken_as_a_whole_or_not_at_all(council: Council, admin: PersonsClient) -> None:
    rows = b"kind,code,name\nservice,waste,Waste\nservise,tax,Council tax\n"
    answer = upload(admin, "/admin/setup/services/file", "file", rows, "services.csv", form_at="/admin/setup/services")
    assert answer.status_code == 400
    assert "Line 3: the kind is 'servise'" in error_of(answer, "file")
    assert db.session.scalar(select(func.count(Service.id))) == 0


def test_a_file_of_services_says_that_it_may_hold_teams_and_sites(council: Council, admin: PersonsClient) -> None:
    rows = b"kind,code,name\nservice,waste,Waste\nteam,desk,Front desk\n"
    upload(admin, "/admin/setup/services/file", "file", rows, "services.csv", form_at="/admin/setup/services")
    assert said(admin, "/admin/setup/services") == "Services, teams and sites: 2 added."


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"percent": "ninety"}, "percent"),
        ({"percent": "0"}, "percent"),
        ({"percent": "101"}, "percent"),
        ({"percent": "100"}, "percent"),  # over 100% cannot be met
        ({"percent": "nan"}, "percent"),
        ({"percent": ""}, "percent"),
        ({"comparator": "about"}, "comparator"),
        ({"valid_from": "31/31/2026"}, "valid_from"),
        ({"valid_from": ""}, "valid_from"),
        ({"valid_from": "1/4/1026"}, "valid_from"),
        ({"approved_by": "A" * 121}, "approved_by"),
    ],
)
def test_a_target_that_cannot_be(council: Council, admin: PersonsClient, wrong: dict[str, str], field: str) -> None:
    right = {"percent": "90", "comparator": "over", "valid_from": "1/4/2026", "approved_by": "Cabinet"}
    answer = admin.send_form("/admin/setup/target", **right | wrong)
    assert answer.status_code == 400
    assert error_of(answer, field)
    assert db.session.query(Target).count() == 0


@pytest.mark.parametrize("email", ["", "feedback", "a@b@c", "feedback@", "x@example.org\r\nBcc: all@example.org"])
def test_a_sender_that_cannot_be(council: Council, admin: PersonsClient, email: str) -> None:
    answer = admin.send_form("/admin/setup/sender", name="Anyborough", email=email)
    assert answer.status_code == 400
    assert "Type an e-mail address" in error_of(answer, "email")
    assert typed_in(answer, "name") == "Anyborough"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"\n\n", "empty"),
        (b"PK\x03\x04\0\0", "not text"),
        (b"name,age\nx,1\n", "no header"),
        (b"reference,channel,service\n1,phone,waste\n", "lacks occurred_at"),
        ("reference".encode("utf-16"), "UTF-16"),
    ],
)
def test_a_file_that_holds_no_contacts(council: Council, admin: PersonsClient, content: bytes, words: str) -> None:
    answer = upload(admin, "/admin/setup/contacts", "file", content, "contacts.csv")
    assert answer.status_code == 400
    assert words in error_of(answer, "file")
    assert db.session.query(ContactsFile).count() == 0


def test_a_file_too_large_for_the_page_names_the_command(council: Council, admin: PersonsClient) -> None:
    content = b"reference,occurred_at,channel,service\n" + b"x,2026-01-01,phone,waste\n" * (MOST_FILE_BYTES // 24)
    answer = upload(admin, "/admin/setup/contacts", "file", content, "contacts.csv")
    assert answer.status_code == 400
    assert "flask contacts import" in error_of(answer, "file")


def test_a_file_in_which_nothing_is_right_offers_no_import(council: Council, admin: PersonsClient) -> None:
    make_service("waste")
    rows = b"reference,occurred_at,channel,service\n1,yesterday,pigeon,wastes\n"
    page = admin.get(upload(admin, "/admin/setup/contacts", "file", rows, "<b>c.csv").location)
    assert "0 of 1 rows would be imported." in page.text
    assert "Import these" not in page.text
    assert "&lt;b&gt;c.csv" in page.text
    assert db.session.scalar(select(func.count(Contact.id))) == 0


def test_a_test_message_that_the_server_refuses_says_so(
    council: Council, admin: PersonsClient, server: SmtpServer
) -> None:
    make_service("waste")
    admin.send_form("/admin/setup/sender", name="Us", email="us@example.org")
    server.refusal = "550 5.1.1 no such user"
    answer = admin.send_form("/admin/setup/test")
    assert answer.status_code == 503
    assert "SMTP 550 5.1.1" in answer.text
    db.session.refresh(council)
    assert council.tested_at is None


def test_a_test_message_waits_for_sender_and_service(council: Council, admin: PersonsClient) -> None:
    answer = admin.send_form("/admin/setup/test")
    assert answer.status_code == 400
    assert "Do those steps first." in answer.text


def test_the_mail_servers_password_is_never_shown(council: Council, admin: PersonsClient) -> None:
    settings = admin.application.extensions["settings"]
    object.__setattr__(settings, "mail_url", "smtp://user:hush-hush@mail.example.org:587?starttls=1")
    page = admin.get("/admin/setup/sender").text
    assert "mail.example.org, port 587, encrypted" in page
    assert "hush-hush" not in page and "user:" not in page
    object.__setattr__(settings, "mail_url", None)
    assert "outbox and reach nobody" in admin.get("/admin/setup/sender").text


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("council", ("name", "nation", "postal_address", "complaint_url", "complaint_phone")),
        ("colours", ("brand", "link")),
        ("services", ("services",)),
        ("target", ("percent", "comparator", "valid_from", "approved_by")),
        ("sender", ("name", "email")),
    ],
)
def test_whatever_is_typed_is_kept_or_refused_where_it_stands(
    council: Council, admin: PersonsClient, page: str, fields: tuple[str, ...]
) -> None:
    right = {"council": COUNCIL, "target": {"percent": "90", "comparator": "over", "valid_from": "1/4/2026"}}
    found = BeautifulSoup(admin.get(f"/admin/setup/{page}").text, "html.parser").find("input", {"name": "csrf_token"})
    assert found is not None
    for text in SAMPLES:
        for field in fields:
            form = right.get(page, {}) | {field: text, "csrf_token": str(found["value"])}
            answer = admin.post(f"/admin/setup/{page}", data=form)
            assert answer.status_code in {303, 400}, (field, text)
            assert answer.status_code == 303 or "There is a problem" in answer.text, (field, text)
    assert admin.get(f"/admin/setup/{page}").status_code == 200
