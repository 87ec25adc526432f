"""The tree of services: changed one by one, closed, and never lost."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey_app.accounts.roles import ROLES
from survey_app.contacts.models import Contact
from survey_app.extensions import db
from survey_app.measures.operations import set_target
from survey_app.organisation.models import Service, Team
from survey_app.organisation.queries import subtree_ids
from survey_app.statistics.target_status import Comparator
from tests.conftest import PersonsClient
from tests.factories import NOON, make_contact, make_council, make_service, make_user
from tests.statements import statements

URL = "/admin/services/"


@pytest.fixture
def admin(sign_in: Callable[..., PersonsClient]) -> PersonsClient:
    make_council()
    return sign_in("administrator")


def words(answer: TestResponse) -> str:
    return " ".join(BeautifulSoup(answer.text, "html.parser").main.get_text(" ").split())


def service(code: str) -> Service:
    db.session.expire_all()
    return db.session.scalars(select(Service).where(Service.code == code)).one()


def upload(client: PersonsClient, text: str, name: str = "services.csv") -> TestResponse:
    page = BeautifulSoup(client.get(f"{URL}file").text, "html.parser")
    token = page.find("input", {"name": "csrf_token"})["value"]
    return client.post(f"{URL}file", data={"csrf_token": token, "file": (io.BytesIO(text.encode()), name)})


def confirm(client: PersonsClient, preview: TestResponse) -> TestResponse:
    form = BeautifulSoup(preview.text, "html.parser").find("form", action=f"{URL}import")
    data = {field["name"]: field.get("value") or field.get_text().removeprefix("\n") for field in form.select("[name]")}
    return client.post(f"{URL}import", data=data, content_type="multipart/form-data")


def test_without_services_it_says_what_they_are_for(admin: PersonsClient) -> None:
    assert "No services yet. Contacts name them, figures are shown for each." in words(admin.get(URL))


def test_the_tree_shows_what_is_below_what_how_it_is_used_and_by_whom(admin: PersonsClient) -> None:
    housing = make_service("housing")
    make_service("repairs", parent_id=housing.id)
    manager = make_user("service_manager", "housing")
    manager.name = "Ola Bello"
    page = words(admin.get(URL))
    assert "2 services." in page
    assert "– Repairs , below Housing repairs" in page
    assert "housing open 0 Ola Bello" in page


def test_the_tree_takes_as_many_statements_for_many_services_as_for_one(admin: PersonsClient) -> None:
    make_service("housing")
    admin.get(URL)
    with statements() as few:
        admin.get(URL)
    for n in range(20):
        make_service(f"service-{n}")
    db.session.commit()
    with statements() as many:
        admin.get(URL)
    assert len(many) == len(few) < 12


def test_one_is_added_below_another_and_gets_a_code_of_its_name(admin: PersonsClient) -> None:
    make_service("housing")
    admin.send_form(f"{URL}new", name="Council  Tax", parent="housing", code="", valid_from="1/4/2026")
    added = service("council-tax")
    assert (added.name, added.parent.code, added.valid_from) == ("Council Tax", "housing", date(2026, 4, 1))
    again = admin.send_form(f"{URL}new", name="Council tax", parent="", code="COUNCIL-TAX", valid_from="")
    assert again.status_code == 422
    assert "There is a service with this code already." in again.text


def test_what_cannot_be_taken_comes_back_as_it_was_typed(admin: PersonsClient) -> None:
    answer = admin.send_form(f"{URL}new", name="A" * 121, parent="", code="has space", valid_from="soon")
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "html.parser")
    assert [link["href"] for link in page.select(".govuk-error-summary a")] == ["#name", "#valid_from", "#code"]
    assert page.find(id="valid_from")["value"] == "soon"
    assert db.session.scalars(select(Service)).all() == []


def test_one_is_renamed_and_moved_and_its_contacts_stay_with_it(admin: PersonsClient) -> None:
    housing, homes = make_service("housing"), make_service("homes")
    contact = make_contact(housing)
    admin.send_form(f"{URL}{housing.id}/", name="Housing options", parent="homes", valid_from="")
    assert (service("housing").name, service("housing").parent_id) == ("Housing options", homes.id)
    assert db.session.get_one(Contact, contact.id).service_id == housing.id


def test_nothing_comes_below_itself(admin: PersonsClient) -> None:
    housing = make_service("housing")
    repairs = make_service("repairs", parent_id=housing.id)
    answer = admin.send_form(f"{URL}{housing.id}/", name="Housing", parent="repairs", valid_from="")
    assert answer.status_code == 422
    assert "would be below itself" in answer.text
    assert (service("housing").parent_id, service("repairs").parent_id) == (None, housing.id)
    assert repairs.id


def test_closing_warns_of_what_points_to_it(admin: PersonsClient) -> None:
    housing = make_service("housing")
    make_service("repairs", parent_id=housing.id)
    make_user("service_manager", "housing")
    set_target("satisfaction", 0.9, Comparator.OVER, date(2026, 4, 1), service_id=housing.id, now=NOON)
    page = words(admin.get(f"{URL}{housing.id}/close"))
    assert "People who see this service: 1" in page
    assert "Targets that have not ended: 1" in page
    assert "1 open service below it: Repairs" in page
    assert "No setting speaks of it." in words(admin.get(f"{URL}{make_service('waste').id}/close"))


def test_a_merged_service_can_be_read_as_it_was_and_as_it_is_now(admin: PersonsClient) -> None:
    old, new = make_service("old-repairs", "Repairs line"), make_service("repairs")
    values = {"valid_to": "31/3/2026", "successor": "repairs", "goes_below": "y"}
    assert admin.send_form(f"{URL}{old.id}/close", **values).status_code == 303
    closed = service("old-repairs")
    assert (closed.valid_to, closed.successor_id) == (date(2026, 3, 31), new.id)
    assert subtree_ids([old.id]) == {old.id}, "as it was"
    assert subtree_ids([new.id]) == {old.id, new.id}, "as it is now"
    assert "until 31 March 2026, then Repairs" in words(admin.get(URL))
    admin.send_form(f"{URL}{old.id}/reopen", form_at=f"{URL}{old.id}/")
    assert (service("old-repairs").valid_to, service("old-repairs").successor_id) == (None, None)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"valid_to": "never", "successor": ""}, "Type the day like 1/4/2026."),
        ({"valid_to": "1/4/2024", "successor": ""}, "would end before it begins"),
        ({"valid_to": "1/4/2026", "successor": "gone"}, "ends no later than"),
        ({"valid_to": "1/4/2026", "successor": "nowhere"}, "there is no such service"),
        ({"valid_to": "1/4/2026", "successor": "", "goes_below": "y"}, "Choose the service that follows"),
    ],
)
def test_closing_has_to_make_sense(admin: PersonsClient, typed: dict[str, str], problem: str) -> None:
    one = make_service("housing", valid_from=date(2025, 4, 1))
    make_service("gone", valid_to=date(2026, 1, 1))
    answer = admin.send_form(f"{URL}{one.id}/close", **typed)
    assert answer.status_code == 422
    assert problem in answer.text
    assert service("housing").valid_to is None


def test_what_contacts_belong_to_is_not_removed(admin: PersonsClient) -> None:
    housing, waste = make_service("housing"), make_service("waste")
    make_contact(housing)
    refused = admin.send_form(f"{URL}{housing.id}/remove", form_at=f"{URL}{housing.id}/")
    assert refused.status_code == 409
    assert "Close it instead" in refused.text
    admin.send_form(f"{URL}{waste.id}/remove", form_at=f"{URL}{waste.id}/")
    assert [each.code for each in db.session.scalars(select(Service))] == ["housing"]


class TestFiles:
    def test_a_file_is_looked_at_first_and_then_done_whole(self, admin: PersonsClient) -> None:
        make_service("housing")
        make_service("waste")
        preview = upload(
            admin,
            "kind,code,name,parent,valid_to,colour\n"
            "service,housing,Homes,,,red\nservice,repairs,Repairs,Homes,,\nservice,waste,Waste,,2026-03-31,\nteam,desk,Desk,,,\n",
        )
        page = words(preview)
        assert "Nothing is changed yet. 1 changed, 2 added, 1 closed." in page
        assert "name: Housing → Homes" in page
        assert "last day: nothing → 31 March 2026" in page
        assert "Columns that are not used: colour." in page
        assert service("housing").name == "Housing"
        assert confirm(admin, preview).status_code == 303
        assert service("repairs").parent.name == "Homes"
        assert db.session.scalars(select(Team)).one().name == "Desk"

    def test_what_is_wrong_is_said_by_line_and_nothing_is_done(self, admin: PersonsClient) -> None:
        answer = upload(admin, "kind,code,name,parent\nservice,a,A,nowhere\ndesk,b,B,\n")
        assert answer.status_code == 422
        assert "Line 3: the kind is" in answer.text
        assert db.session.scalars(select(Service)).all() == []

    def test_a_preview_that_is_out_of_date_is_shown_again(self, admin: PersonsClient) -> None:
        make_service("housing")
        preview = upload(admin, "kind,code,name\nservice,housing,Homes\n")
        service("housing").name = "Housing options"
        again = confirm(admin, preview)
        assert again.status_code == 409
        assert "Somebody changed the services since you looked." in again.text
        assert "name: Housing options → Homes" in words(again)
        assert confirm(admin, again).status_code == 303

    def test_an_import_is_undone_as_a_whole(self, admin: PersonsClient) -> None:
        make_service("housing")
        confirm(
            admin, upload(admin, "kind,code,name,parent\nservice,housing,Homes,\nservice,repairs,Repairs,housing\n")
        )
        changes = BeautifulSoup(admin.get("/admin/changes/").text, "html.parser")
        form = changes.find("form", action=lambda address: address and address.endswith("/undo"))
        assert admin.send_form(form["action"], form_at="/admin/changes/").status_code == 303
        assert [(each.code, each.name) for each in db.session.scalars(select(Service))] == [("housing", "Housing")]

    def test_the_file_that_is_downloaded_changes_nothing_when_it_comes_back(self, admin: PersonsClient) -> None:
        housing = make_service("housing", "=Housing")
        make_service("repairs", parent_id=housing.id, valid_from=date(2025, 4, 1))
        old = make_service("old", valid_to=date(2026, 3, 31), successor_id=housing.id)
        assert old.id
        text = admin.get(f"{URL}services.csv").data.decode("utf-8-sig")
        assert "'=Housing" in text
        assert "Nothing would change: all 3 are there already" in words(upload(admin, text))

    def test_the_example_is_a_file_that_can_be_brought_in(self, admin: PersonsClient) -> None:
        text = admin.get(f"{URL}template.csv").data.decode("utf-8-sig")
        assert confirm(admin, upload(admin, text)).status_code == 303
        assert service("old-repairs").successor_id == service("repairs").id

    @pytest.mark.parametrize(
        ("text", "problem"),
        [("", "empty"), ("kind,code\n", "name"), ("kind,code,name\n" + "service,a,A\n" * 20_000, "200 kB")],
    )
    def test_what_is_no_such_file_is_refused(self, admin: PersonsClient, text: str, problem: str) -> None:
        answer = upload(admin, text)
        assert answer.status_code == 422
        assert problem in answer.text

    def test_a_preview_that_was_made_up_is_refused(self, admin: PersonsClient) -> None:
        answer = admin.send_form(f"{URL}import", form_at=f"{URL}file", text="kind,code,name\n", mark="x", name="f")
        assert answer.status_code == 422
        assert "Choose the file again." in answer.text


@pytest.mark.parametrize("role", ["adviser", "service_manager", "cse_lead", "data_protection_officer", "assessor"])
@pytest.mark.parametrize("page", ["", "new", "file", "services.csv", "template.csv", "1/", "1/close"])
def test_only_the_administrator_comes_in(sign_in: Callable[..., PersonsClient], role: str, page: str) -> None:
    make_service("housing")
    assert sign_in(role, *(["housing"] if ROLES[role].own_services_only else [])).get(f"{URL}{page}").status_code == 403


def test_a_service_that_is_not_there_is_not_found(admin: PersonsClient) -> None:
    assert {admin.get(f"{URL}99/{page}").status_code for page in ("", "close")} == {404}
