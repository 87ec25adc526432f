"""Every step can be taken back, and says so when it no longer can."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from time_machine import TimeMachineFixture

from survey_app.contacts.models import Contact, ContactDetail, ContactsFile
from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from survey_app.measures.models import Target
from survey_app.organisation.models import Council, Service
from survey_app.work.jobs import run_due
from tests.admin.setup.conftest import said, upload
from tests.conftest import PersonsClient
from tests.factories import make_contact, make_service
from tests.pictures import jpeg, png


def count(model: type) -> int:
    found: int = db.session.query(model).count()
    return found


def contacts_file(n: int = 3, *, start: int = 1) -> bytes:
    yesterday = utc_now() - timedelta(days=1)
    rows = [f"C-{k},{yesterday:%Y-%m-%d %H:%M},phone,waste,r{k}@example.org" for k in range(start, start + n)]
    return "\n".join(["reference,occurred_at,channel,service,email", *rows]).encode()


def imported(client: PersonsClient, content: bytes) -> str:
    """The address of a file that was uploaded and imported."""
    page: str = upload(client, "/admin/setup/contacts", "file", content, "c.csv").location
    assert client.send_form(f"{page}/import", form_at=page).status_code == 303
    return page


def test_the_logo_is_served_by_its_hash_and_gone_when_it_is_removed(council: Council, admin: PersonsClient) -> None:
    upload(admin, "/admin/setup/logo", "logo", png(), "logo.svg")
    db.session.refresh(council)
    assert council.logo is not None
    address = f"/logo/{council.logo.sha256}"
    for page in ("/privacy", "/admin/setup/logo"):
        assert f'src="{address}"' in admin.get(page).text
    served = PersonsClient(admin.application, admin.application.response_class).get(address)
    assert (served.data, served.mimetype) == (png(), "image/png")
    assert "immutable" in served.headers["Cache-Control"]
    assert "sandbox" in served.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in served.headers

    upload(admin, "/admin/setup/logo", "logo", jpeg(), "logo.jpg")
    assert admin.get(address).status_code == 404  # what was replaced is public no longer
    admin.send_form("/admin/setup/logo/remove", form_at="/admin/setup/logo")
    assert "/logo/" not in admin.get("/privacy").text


def test_colours_go_back_to_those_of_the_beginning(council: Council, admin: PersonsClient) -> None:
    admin.send_form("/admin/setup/colours", brand="#00573f", link="#00573f")
    assert "--brand:#00573f" in admin.get("/brand.css").text
    admin.send_form("/admin/setup/colours/usual", form_at="/admin/setup/colours")
    assert "--brand:#1d3557;--link:#1a5a96" in admin.get("/brand.css").text


def test_a_service_goes_while_nothing_speaks_of_it(council: Council, admin: PersonsClient) -> None:
    waste, housing = make_service("waste"), make_service("housing")
    make_service("repairs", parent_id=housing.id)
    make_contact(waste)
    for service in (waste, housing):
        refused = admin.send_form(f"/admin/setup/services/{service.id}/remove", form_at="/admin/setup/services")
        assert refused.status_code == 400
        assert f"{service.name} cannot be removed: " in refused.text
    repairs = db.session.query(Service).filter_by(code="repairs").one()
    for service in (repairs, housing):
        admin.send_form(f"/admin/setup/services/{service.id}/remove", form_at="/admin/setup/services")
    assert [service.code for service in db.session.query(Service)] == ["waste"]


def test_services_typed_again_are_there_once(council: Council, admin: PersonsClient) -> None:
    typed = "Housing > Repairs\nhousing > Lettings\nWaste > General\nHousing > General"
    for _ in range(2):
        admin.send_form("/admin/setup/services", services=typed)
    rows = db.session.execute(select(Service.name, Service.code).order_by(Service.code)).all()
    assert [tuple(row) for row in rows] == [
        ("General", "general"),
        ("General", "general-2"),
        ("Housing", "housing"),
        ("Lettings", "lettings"),
        ("Repairs", "repairs"),
        ("Waste", "waste"),
    ]
    parents = dict(db.session.execute(select(Service.code, Service.parent_id)).all())
    ids = dict(db.session.execute(select(Service.code, Service.id)).all())
    assert parents["general"] == ids["waste"]
    assert parents["lettings"] == parents["general-2"] == ids["housing"]


def test_a_target_can_be_taken_away(council: Council, admin: PersonsClient) -> None:
    admin.send_form("/admin/setup/target", percent="90", comparator="over", valid_from="1/4/2026")
    remove = f"/admin/setup/target/{db.session.query(Target).one().id}/remove"
    admin.send_form(remove, form_at="/admin/setup/target")
    assert count(Target) == 0
    assert admin.send_form(remove, form_at="/admin/setup/target").status_code == 404


class TestContacts:
    @pytest.fixture(autouse=True)
    def _waste(self, council: Council) -> None:
        make_service("waste")

    def test_a_file_waits_encrypted_and_is_forgotten_when_another_is_chosen(self, admin: PersonsClient) -> None:
        page = upload(admin, "/admin/setup/contacts", "file", contacts_file(), "c.csv").location
        stored = db.session.execute(select(ContactsFile.__table__.c.content)).scalar_one()
        assert stored and "example.org" not in stored
        assert "waits to be imported" in admin.get("/admin/setup/contacts").text
        upload(admin, "/admin/setup/contacts", "file", contacts_file(5), "d.csv")
        assert admin.get(page).status_code == 404
        assert count(ContactsFile) == 1

    def test_a_file_that_nobody_wants_leaves_nothing(self, admin: PersonsClient) -> None:
        page = upload(admin, "/admin/setup/contacts", "file", contacts_file(), "c.csv").location
        admin.send_form(f"{page}/forget", form_at=page)
        assert (count(ContactsFile), count(Contact)) == (0, 0)

    def test_a_file_that_waited_too_long_is_gone(
        self, app: Flask, admin: PersonsClient, time_machine: TimeMachineFixture
    ) -> None:
        page = upload(admin, "/admin/setup/contacts", "file", contacts_file(), "c.csv").location
        time_machine.move_to(utc_now() + timedelta(hours=13))
        run_due(["forget_files"])
        assert count(ContactsFile) == 0
        assert admin.get(page).status_code in (302, 404)  # by then the session may be over too

    def test_pressing_import_twice_imports_once(self, admin: PersonsClient) -> None:
        page = imported(admin, contacts_file())
        admin.send_form(f"{page}/import", form_at="/admin/setup/contacts")
        assert said(admin, "/admin/setup/contacts") == "This file was imported already."
        assert count(Contact) == 3
        assert db.session.query(ContactsFile).one().content is None

    def test_undo_takes_out_what_the_file_brought_and_nothing_else(self, admin: PersonsClient) -> None:
        imported(admin, contacts_file(2))
        page = imported(admin, contacts_file(4))  # two of them are there already
        admin.send_form(f"{page}/undo", form_at="/admin/setup/contacts")
        assert said(admin, "/admin/setup/contacts") == "The import was undone: 2 taken out again."
        left = db.session.scalars(select(Contact.reference).order_by(Contact.id)).all()
        assert left == ["C-1", "C-2"]
        assert count(ContactDetail) == 2
        assert count(ContactsFile) == 1

    def test_undo_is_refused_once_people_were_chosen(self, admin: PersonsClient) -> None:
        admin.send_form("/admin/setup/sender", name="Us", email="us@example.org")
        page = imported(admin, contacts_file())
        assert "Nobody is asked before you say so" in admin.get("/admin/setup/contacts").text
        admin.send_form("/admin/setup/asking/start", form_at="/admin/setup/asking")
        assert "Nobody is asked before you say so" not in admin.get("/admin/setup/contacts").text
        run_due(["draw_invitations"])
        refused = admin.send_form(f"{page}/undo", form_at="/admin/setup/contacts")
        assert refused.status_code == 400
        assert "cannot be undone any more" in refused.text
        assert count(Contact) == 3

    def test_the_preview_says_who_could_not_be_asked(self, admin: PersonsClient) -> None:
        old = utc_now() - timedelta(days=40)
        new = utc_now() - timedelta(days=1)
        rows = [
            "reference,occurred_at,channel,service,email,do_not_survey,Their own",
            f"1,{old:%Y-%m-%d},phone,waste,a@example.org,no,x",
            f"2,{new:%Y-%m-%d},phone,waste,,no,x",
            f"3,{new:%Y-%m-%d},phone,waste,b@example.org,yes,x",
            f"4,{new:%Y-%m-%d},phone,waste,not an address,no,x",
            f"5,{new:%Y-%m-%d},phone,waste,c@example.org,no,x",
        ]
        page = admin.get(upload(admin, "/admin/setup/contacts", "file", "\n".join(rows).encode(), "c.csv").location)
        assert "5 of 5 rows would be imported.</b>\n1 of them could be asked, each person once." in page.text
        assert "2 without an e-mail address that can be used" in page.text
        assert "1 older than 14 days" in page.text and "1 marked not to be asked" in page.text
        assert "Their own" in page.text
        assert "a…@example.org" in page.text and "a@example.org" not in page.text
        assert db.session.scalar(select(func.count(Contact.id))) == 0
