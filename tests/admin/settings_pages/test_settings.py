"""One place from which every setting is found; the council, its looks, its places and channels after set-up."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey_app.accounts.roles import ROLES
from survey_app.extensions import db
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Council, Site, Team
from tests.conftest import PersonsClient
from tests.factories import make_contact, make_council, make_service, make_survey
from tests.pictures import png
from tests.statements import statements

COUNCIL = {
    "name": "Anyborough Council",
    "nation": "Wales",
    "postal_address": "Town Hall",
    "complaint_url": "https://anyborough.example/complain",
    "complaint_phone": "",
}


@pytest.fixture
def admin(sign_in: Callable[..., PersonsClient]) -> PersonsClient:
    make_council()
    return sign_in("administrator")


def words(answer: TestResponse) -> str:
    return " ".join(BeautifulSoup(answer.text, "html.parser").main.get_text(" ").split())


def council() -> Council:
    db.session.expire_all()
    return db.session.scalars(select(Council)).one()


class TestHome:
    def test_every_group_says_how_it_stands(self, admin: PersonsClient) -> None:
        make_service("housing")
        page = words(admin.get("/admin/"))
        assert "Services 1 service open" in page
        assert "Setting up is not done yet" in page
        admin.send_form("/admin/council/", **COUNCIL)
        assert "Name, sender and addresses Anyborough Council, last changed" in words(admin.get("/admin/"))

    def test_every_link_on_it_opens(self, admin: PersonsClient) -> None:
        links = BeautifulSoup(admin.get("/admin/").text, "html.parser").select(".settings a")
        assert len(links) > 25
        assert [link["href"] for link in links if admin.get(link["href"]).status_code != 200] == []

    def test_it_shows_what_the_viewer_may_open_and_no_more(self, sign_in: Callable[..., PersonsClient]) -> None:
        make_council()
        lead = sign_in("cse_lead")
        page = BeautifulSoup(lead.get("/admin/").text, "html.parser")
        links = [link["href"] for link in page.select(".settings a")]
        assert "/admin/targets/" in links
        assert "/admin/council/" not in links
        assert [link for link in links if lead.get(link).status_code != 200] == []

    def test_who_may_open_none_is_not_let_in(self, sign_in: Callable[..., PersonsClient]) -> None:
        make_council()
        assert sign_in("assessor").get("/admin/").status_code == 403

    def test_without_a_council_it_is_set_up_first(self, sign_in: Callable[..., PersonsClient]) -> None:
        assert sign_in("administrator").get("/admin/").location == "/admin/setup/"

    def test_it_takes_few_statements(self, admin: PersonsClient) -> None:
        admin.get("/admin/")
        with statements() as sent:
            admin.get("/admin/")
        assert len(sent) < 20


class TestCouncil:
    def test_it_is_changed_after_set_up_and_shown_as_residents_see_it(self, admin: PersonsClient) -> None:
        assert admin.send_form("/admin/council/", **COUNCIL | {"name": "Anyborough City Council"}).status_code == 303
        assert (council().name, council().nation) == ("Anyborough City Council", "Wales")
        admin.send_form(
            "/admin/council/sender",
            form_at="/admin/council/",
            **{"sender-name": "Us", "sender-email": "us@example.org"},
        )
        assert (council().sender_name, council().sender_email) == ("Us", "us@example.org")
        admin.send_form(
            "/admin/council/data-protection", form_at="/admin/council/", **{"data-email": "dpo@example.org"}
        )
        page = words(admin.get("/admin/council/"))
        assert "In their inbox Us us@example.org" in page
        assert "Questions on data dpo@example.org" in page

    @pytest.mark.parametrize(
        ("address", "typed", "field"),
        [
            ("", COUNCIL | {"complaint_url": "", "complaint_phone": ""}, "complaint_url"),
            ("sender", {"sender-name": "Us", "sender-email": "nobody"}, "sender-email"),
            ("data-protection", {"data-email": "nobody"}, "data-email"),
        ],
    )
    def test_what_cannot_be_taken_is_said_where_it_was_typed(
        self, admin: PersonsClient, address: str, typed: dict[str, str], field: str
    ) -> None:
        answer = admin.send_form(f"/admin/council/{address}", form_at="/admin/council/", **typed)
        assert answer.status_code == 422
        page = BeautifulSoup(answer.text, "html.parser")
        assert [link["href"] for link in page.select(".govuk-error-summary a")] == [f"#{field}"]
        assert page.find(id=field)["value"] == typed[field]
        assert council().sender_email == "feedback@anyborough.example"


class TestBrand:
    def test_colours_are_seen_before_they_are_kept(self, admin: PersonsClient) -> None:
        shown = admin.send_form("/admin/brand/", brand="#00573f", link="#00573f", do="preview")
        assert "Not kept yet." in shown.text
        assert 'fill="#00573f" data-fill="brand"' in shown.text
        assert council().brand_colour == "#1d3557"
        assert admin.send_form("/admin/brand/", brand="#00573f", link="#00573f", do="use").status_code == 303
        assert council().brand_colour == "#00573f"
        admin.send_form("/admin/brand/usual", form_at="/admin/brand/")
        assert council().brand_colour == "#1d3557"

    def test_what_cannot_be_read_is_refused_and_the_nearest_that_can_is_one_press_away(
        self, admin: PersonsClient
    ) -> None:
        answer = admin.send_form("/admin/brand/", brand="#ffcc00", link="#1a5a96", do="use")
        assert answer.status_code == 422
        page = BeautifulSoup(answer.text, "html.parser")
        nearest = page.select_one("[data-reading=brand] a")["href"]
        assert "Not kept yet." in admin.get(nearest).text
        assert page.find(id="brand")["value"] == "#ffcc00"
        assert council().brand_colour == "#1d3557"
        shown = BeautifulSoup(admin.get(nearest).text, "html.parser")
        assert (
            admin.send_form("/admin/brand/", brand=shown.find(id="brand")["value"], link="#1a5a96").status_code == 303
        )

    @pytest.mark.parametrize("colour", ["red", "", "javascript:alert(1)", '"><script>'])
    def test_what_is_no_colour_is_drawn_nowhere(self, admin: PersonsClient, colour: str) -> None:
        answer = admin.get("/admin/brand/", query_string={"brand": colour, "link": colour})
        assert answer.status_code == 200
        shapes = BeautifulSoup(answer.text, "html.parser").select("[data-fill]")
        assert {shape["fill"] for shape in shapes} == {"#1d3557", "#1a5a96"}

    def test_a_logo_is_used_replaced_and_removed(self, admin: PersonsClient) -> None:
        def use(content: bytes) -> TestResponse:
            page = BeautifulSoup(admin.get("/admin/brand/").text, "html.parser")
            token = page.find("input", {"name": "csrf_token"})["value"]
            return admin.post(
                "/admin/brand/logo", data={"csrf_token": token, "logo": (io.BytesIO(content), "logo.png")}
            )

        assert use(b"<svg>").status_code == 422
        assert use(png()).status_code == 303
        assert council().logo is not None
        admin.send_form("/admin/brand/logo/remove", form_at="/admin/brand/")
        assert council().logo is None
        changes = BeautifulSoup(admin.get("/admin/changes/").text, "html.parser")
        forms = [form["action"] for form in changes.select("form[action$='/undo']")]
        refused = admin.send_form(forms[0], form_at="/admin/changes/")
        assert refused.status_code == 409
        assert "are not kept" in refused.text


class TestPlaces:
    def test_one_is_added_renamed_closed_and_removed(self, admin: PersonsClient) -> None:
        admin.send_form("/admin/places/", kind="site", name="Town Hall", code="")
        page = "/admin/places/site/town-hall/"
        admin.send_form(page, name="Town Hall reception", valid_to="31/3/2026")
        assert "Town Hall reception town-hall" in words(admin.get("/admin/places/"))
        assert "closed after 31 March 2026" in words(admin.get("/admin/places/"))
        assert "Town Hall reception" not in admin.get("/admin/kiosks/").text
        assert admin.send_form(page, name="Town Hall", valid_to="soon").status_code == 422
        admin.send_form(f"{page}remove", form_at=page)
        assert db.session.scalars(select(Site)).all() == []
        assert admin.get(page).status_code == 404

    def test_what_contacts_name_is_closed_and_not_removed(self, admin: PersonsClient) -> None:
        admin.send_form("/admin/places/", kind="team", name="Desk", code="desk")
        again = admin.send_form("/admin/places/", kind="team", name="Desk", code="DESK")
        assert again.status_code == 422
        make_contact(make_service("housing"), team_id=db.session.scalars(select(Team)).one().id)
        refused = admin.send_form("/admin/places/team/desk/remove", form_at="/admin/places/team/desk/")
        assert refused.status_code == 409
        assert "Close it instead" in refused.text


class TestChannels:
    def save(self, admin: PersonsClient, **names: str) -> TestResponse:
        used = {f"{channel.value}-is_used": "y" for channel in Channel}
        typed = {f"{channel}-name": name for channel, name in names.items()}
        return admin.send_form("/admin/channels/", **{f"{each.value}-name": "" for each in Channel} | used | typed)

    def test_a_name_of_the_councils_own_is_used_everywhere(self, admin: PersonsClient) -> None:
        make_service("housing")
        make_survey()
        assert self.save(admin, webchat="Ask Anya").status_code == 303
        assert "Ask Anya" in admin.get("/admin/links/").text
        assert "Ask Anya" in admin.get("/admin/asking/amounts").text
        assert "Webchat" in admin.get("/admin/channels/").text
        assert Channel.WEBCHAT.usual_label == "Webchat"
        self.save(admin)
        assert "Ask Anya" not in admin.get("/admin/links/").text

    def test_two_channels_are_never_called_alike(self, admin: PersonsClient) -> None:
        answer = self.save(admin, webchat="phone")
        assert answer.status_code == 422
        assert "Another channel is called that already." in answer.text

    def test_one_channel_at_least_stays_in_use(self, admin: PersonsClient) -> None:
        answer = admin.send_form("/admin/channels/", **{f"{each.value}-name": "" for each in Channel})
        assert answer.status_code == 422
        assert "At least one channel has to be in use." in answer.text

    def test_one_that_is_not_used_is_not_offered_for_links(self, admin: PersonsClient) -> None:
        make_service("housing")
        make_survey()
        used = {f"{each.value}-is_used": "y" for each in Channel if each is not Channel.LETTER}
        admin.send_form("/admin/channels/", **{f"{each.value}-name": "" for each in Channel} | used)
        choices = BeautifulSoup(admin.get("/admin/links/").text, "html.parser").select("#channel option")
        assert "letter" not in [option["value"] for option in choices]
        assert "phone" in [option["value"] for option in choices]


class TestFeatures:
    def test_each_that_is_off_says_why_and_where_it_is_switched(self, admin: PersonsClient) -> None:
        page = words(admin.get("/admin/features/"))
        assert "Text messages" in page
        assert "the key of GOV.UK Notify" in page
        assert "The setting NOTIFY_API_KEY" in page


@pytest.mark.parametrize("role", ["adviser", "service_manager", "cse_lead", "data_protection_officer", "assessor"])
@pytest.mark.parametrize("page", ["council", "brand", "places", "channels", "features"])
def test_only_the_administrator_comes_in(sign_in: Callable[..., PersonsClient], role: str, page: str) -> None:
    make_council()
    make_service("housing")
    assert (
        sign_in(role, *(["housing"] if ROLES[role].own_services_only else [])).get(f"/admin/{page}/").status_code == 403
    )
