"""A council words its own pages: seen before it is published, kept when replaced, open to administrators alone."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from survey_app.audit.models import AuditLine
from survey_app.extensions import db
from survey_app.organisation.models import Council, CouncilPage
from tests.factories import make_council

PAGE = "/admin/texts/privacy"
OWN = "We at {council} look after your data."


@pytest.fixture
def admin(sign_in):
    make_council()
    return sign_in("administrator")


def send(client, body=OWN, do="publish", based_on=None, url=PAGE):
    if based_on is None:
        based_on = BeautifulSoup(client.get(url).text, "html.parser").find("input", {"name": "based_on"})["value"]
    return client.send_form(url, body=body, do=do, based_on=based_on)


def typed(answer) -> str:
    return BeautifulSoup(answer.text, "html.parser").find("textarea", {"name": "body"}).text.strip()


def public(client, page="/privacy") -> str:
    return BeautifulSoup(client.get(page).text, "html.parser").find("main").get_text(" ", strip=True)


class TestStandardText:
    def test_it_holds_the_councils_facts(self, client, admin):
        page = public(client)
        for fact in ("Anyborough Council", "Town Hall, Anyborough AB1 2CD", "feedback@anyborough.example", "30 days"):
            assert fact in page
        assert "{" not in page

    def test_the_statement_on_accessibility_names_law_limits_and_enforcement(self, client, admin):
        page = public(client, "/accessibility")
        for words in ("(No. 2) Accessibility Regulations 2018", "What does not work yet", "EHRC", "01632 960100"):
            assert words in page
        assert "This statement was prepared on 23 November 2026" in page

    def test_in_northern_ireland_another_body_enforces(self, client, admin):
        db.session.scalar(select(Council)).nation = "N Ireland"
        assert "Equality Commission for Northern Ireland" in public(client, "/accessibility")

    def test_the_page_on_cookies_names_the_cookie_of_staff_and_how_long_it_lasts(self, client, admin):
        page = public(client, "/cookies")
        assert "Every cookie session" in page
        assert "until an hour after the last page" in page

    @pytest.mark.parametrize("page", ["/privacy", "/accessibility", "/cookies"])
    def test_it_stands_before_there_is_a_council(self, client, page):
        assert "Your council" in public(client, page)
        assert "{" not in public(client, page)


class TestWriting:
    def test_nothing_is_published_by_the_preview(self, client, admin):
        answer = send(admin, do="preview")
        assert "Not published yet." in answer.text
        assert "We at Anyborough Council look after your data." in answer.text
        assert "look after your data" not in public(client)

    def test_the_preview_leads_to_the_same_text_published(self, client, admin):
        previewed = send(admin, do="preview")
        assert send(admin, body=typed(previewed)).location == f"{PAGE}?done=published"
        assert "We at Anyborough Council look after your data." in public(client)
        assert "Last updated" in public(client)

    def test_and_back_to_changing_it(self, admin):
        assert typed(send(admin, do="change")) == OWN

    def test_what_is_written_cannot_make_html(self, client, admin):
        send(admin, body="<script>alert(1)</script> [x](javascript:alert(1)) </textarea><b>")
        for page in (client.get("/privacy"), admin.get(PAGE), send(admin, do="preview", body="</textarea><script>x")):
            assert not re.search(r"<script>(alert|x)|javascript:alert\(1\)\">", page.text)

    @pytest.mark.parametrize(
        ("body", "words"),
        [
            ("", "Write a text, or go back to the standard one."),
            (" \n ", "Write a text, or go back to the standard one."),
            ("x" * 20_001, "Shorten the text to 20,000 characters or fewer."),
            ("Ask {councl}.", "There is no fact {councl}."),
        ],
    )
    @pytest.mark.parametrize("do", ["preview", "publish"])
    def test_what_will_not_do_is_said_and_kept(self, client, admin, body, words, do):
        answer = send(admin, body=body, do=do)
        assert answer.status_code == 422
        assert words in answer.text
        assert typed(answer) == body.strip()
        assert db.session.scalar(select(func.count()).select_from(CouncilPage)) == 0

    def test_control_characters_are_left_out(self, client, admin):
        send(admin, body="a\x00b\x1b[c\r\nd")
        assert "ab[c\nd" in public(client)

    def test_a_text_that_somebody_else_published_meanwhile_is_not_overwritten(self, client, admin):
        send(admin, body="Theirs.", based_on="")
        answer = send(admin, body="Mine.", based_on="")
        assert answer.status_code == 409
        assert "Somebody published another text while you were writing." in answer.text
        assert typed(answer) == "Mine."
        assert "Theirs." in public(client)

    def test_the_audit_tells_who_published_without_the_text(self, admin):
        send(admin)
        line = db.session.scalars(select(AuditLine).where(AuditLine.action == "page.publish")).one()
        assert (line.subject, line.actor_kind, line.after) == (
            "page privacy",
            "user",
            {"text": "own", "characters": 37},
        )
        assert line.actor_id


class TestGoingBack:
    def undo(self, client):
        page = BeautifulSoup(client.get(f"{PAGE}?done=published").text, "html.parser")
        button = page.find("button", string="Undo")
        return client.send_form(button.find_parent("form")["action"], form_at=PAGE)

    def test_the_first_text_is_undone_to_the_standard_one(self, client, admin):
        before = public(client)
        send(admin)
        self.undo(admin)
        assert public(client).partition("Last updated")[0] == before.partition("Last updated")[0]

    def test_a_later_one_is_undone_to_the_one_before(self, client, admin):
        send(admin, body="First.")
        send(admin, body="Second.")
        self.undo(admin)
        assert "First." in public(client)

    def test_every_text_is_kept_and_can_be_read_and_published_again(self, client, admin):
        send(admin, body="First.")
        send(admin, body="Second.")
        admin.send_form(f"{PAGE}/standard", form_at=PAGE)
        first = db.session.scalars(select(CouncilPage).order_by(CouncilPage.id)).first()
        assert "First." in admin.get(f"{PAGE}/versions/{first.id}").text
        admin.send_form(f"{PAGE}/versions/{first.id}", form_at=PAGE)
        assert "First." in public(client)
        assert db.session.scalar(select(func.count()).select_from(CouncilPage)) == 4

    def test_the_text_of_one_page_does_not_become_anothers(self, client, admin):
        send(admin, body="First.")
        page = db.session.scalars(select(CouncilPage)).one()
        assert admin.get(f"/admin/texts/cookies/versions/{page.id}").status_code == 404
        answer = admin.send_form(f"/admin/texts/cookies/versions/{page.id}", form_at=PAGE)
        assert answer.status_code == 404
        assert "First." not in public(client, "/cookies")


class TestReview:
    def test_nobody_has_checked_a_page_at_first(self, admin):
        assert admin.get("/admin/texts/").text.count("Nobody at the council has checked it yet.") == 3

    def test_checking_is_noted_and_leaves_the_text_alone(self, client, admin):
        before = public(client)
        admin.send_form(f"{PAGE}/confirm", form_at=PAGE)
        assert admin.get("/admin/texts/").text.count("Nobody at the council has checked it yet.") == 2
        assert public(client).partition("Last updated")[0] == before.partition("Last updated")[0]

    def test_what_is_not_known_is_named(self, admin):
        assert "E-mail for questions on data" in admin.get("/admin/texts/").text


class TestDataProtectionOfficer:
    def test_the_address_comes_onto_the_page(self, client, admin):
        admin.send_form("/admin/texts/facts", form_at="/admin/texts/", email=" DPO@anyborough.example.org ")
        assert "Data protection officer: DPO@anyborough.example.org" in public(client)
        admin.send_form("/admin/texts/facts", form_at="/admin/texts/", email="")
        assert "Data protection officer" not in public(client)

    def test_what_is_no_address_is_refused_and_kept(self, client, admin):
        answer = admin.send_form("/admin/texts/facts", form_at="/admin/texts/", email="not an address")
        assert answer.status_code == 422
        assert 'value="not an address"' in answer.text
        assert "Data protection officer" not in public(client)

    def test_without_a_council_there_is_nothing_to_fill_in(self, sign_in):
        assert "Set up your council first" in sign_in("administrator").get("/admin/texts/").text


@pytest.mark.parametrize("role", ["cse_lead", "data_protection_officer", "assessor"])
@pytest.mark.parametrize("path", ["/admin/texts/", PAGE])
def test_other_roles_are_refused(sign_in, role, path):
    client = sign_in(role)
    assert client.get(path).status_code == 403
    assert client.send_form(PAGE, form_at="/accounts/", body="x", do="publish").status_code == 403


def test_who_has_not_signed_in_is_led_to_sign_in(client):
    assert client.get(PAGE).location.startswith("/accounts/sign-in")


def test_there_are_only_three_pages(admin):
    assert admin.get("/admin/texts/terms").status_code == 404
