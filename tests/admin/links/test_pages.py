"""The pages of open links: making one, what there is to hang up, closing and reopening it."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from datetime import date

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from survey_app.extensions import db, transaction
from survey_app.kernel.qr_codes import ON_A_WALL, qr_svg
from survey_app.organisation.channels import Channel
from survey_app.organisation.models import Site
from survey_app.organisation.operations import set_logo
from survey_app.organisation.queries import the_council
from survey_app.responses.models import LinkKind, OpenLink, ResponseState
from survey_app.surveys.models import SurveyVersion
from tests.conftest import PersonsClient
from tests.factories import NOON, make_answers, make_council, make_link, make_service, make_survey
from tests.pictures import png
from tests.statements import statements

URL = "/admin/links/"


@pytest.fixture
def admin(sign_in: Callable[..., PersonsClient]) -> PersonsClient:
    return sign_in("administrator")


@pytest.fixture
def survey(admin: PersonsClient) -> SurveyVersion:
    with transaction():
        make_council()
        make_service("old", valid_to=date(2020, 1, 1))
        db.session.add(Site(code="riverside", name="Riverside House"))
        return make_survey()


@pytest.fixture
def link(survey: SurveyVersion) -> OpenLink:
    with transaction():
        return make_link(make_service(), survey)


def page(answer: TestResponse) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


def heading(answer: TestResponse) -> str:
    return " ".join(page(answer).h1.text.split())  # type: ignore[union-attr]


def test_where_there_is_nothing_to_ask_about_the_page_says_what_to_do_first(
    admin: PersonsClient, survey: SurveyVersion
) -> None:
    empty = admin.get(URL)
    assert "There is no open link yet." in heading(empty)
    assert "There is nothing to ask about yet." in empty.text and page(empty).find("form", action=URL) is None


def test_a_link_is_made_of_what_was_chosen_and_its_page_has_what_to_hang_up(
    admin: PersonsClient, survey: SurveyVersion
) -> None:
    make_service()
    form = page(admin.get(URL))
    assert [option["value"] for option in form.select("#service option")] == ["", "housing"], "closed ones are left out"
    answer = admin.send_form(
        URL, name="Reception ", kind="open", service="housing", site="riverside", channel="", survey="post-contact"
    )
    link = db.session.scalars(select(OpenLink)).one()
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{URL}{link.code}/")
    assert (link.kind, link.name, link.channel) == (LinkKind.OPEN, "Reception", Channel.FACE_TO_FACE)
    assert link.site is not None and (link.site.code, link.service.code) == ("riverside", "housing")
    shown = admin.get(f"{URL}{link.code}/")
    assert "The link is open." in shown.text and f"/o/{link.code}" in shown.text
    for address in (found["href"] for found in page(shown).select("main .links a")):
        assert admin.get(str(address)).status_code == 200
    assert "1 link is open. Nobody has answered by one yet." in heading(admin.get(URL))


def test_what_cannot_be_made_comes_back_as_it_was_typed(admin: PersonsClient, link: OpenLink) -> None:
    typed = {"name": "Web site", "kind": "embed", "framed_by": "http://b.example", "channel": "phone"}
    answer = admin.send_form(URL, service="", site="", survey="post-contact", **typed)
    assert answer.status_code == 422
    assert [found["href"] for found in page(answer).select(".govuk-error-summary a")] == ["#service", "#framed_by"]
    assert [page(answer).select_one(f"#{name}")["value"] for name in ("name", "framed_by")] == [  # type: ignore[index]
        "Web site",
        "http://b.example",
    ]
    chosen = [option["value"] for option in page(answer).select("option[selected], input[checked]")]
    assert {"embed", "phone", "post-contact"} <= set(chosen)
    for wrong in (
        {"kind": "kiosk"},
        {"service": "old"},
        {"site": "moon"},
        {"survey": "x"},
        {"channel": "drum"},
        {"name": ""},
    ):
        values = {
            "name": "A",
            "kind": "open",
            "service": "housing",
            "site": "",
            "channel": "",
            "survey": "post-contact",
        }
        assert admin.send_form(URL, **values | wrong).status_code == 422
    assert len(db.session.scalars(select(OpenLink)).all()) == 1


def test_a_link_to_embed_shows_the_line_to_copy_and_no_poster(admin: PersonsClient, link: OpenLink) -> None:
    with transaction():
        make_service("waste", 'Waste & "recycling"')
    values = {"service": "waste", "site": "", "channel": "", "survey": "post-contact"}
    answer = admin.send_form(URL, name="Web", kind="embed", framed_by="https://www.anyborough.example/", **values)
    shown = page(admin.get(answer.headers["Location"]))
    frame = BeautifulSoup(shown.code.text, "html.parser").iframe  # type: ignore[union-attr]
    embedded = db.session.scalars(select(OpenLink).where(OpenLink.kind == LinkKind.EMBED)).one()
    assert frame is not None and str(frame["src"]).endswith(f"/o/{embedded.code}")
    assert frame["title"] == 'Survey of Anyborough Council: Waste & "recycling"'
    assert (frame["loading"], embedded.channel) == ("lazy", Channel.WEB)
    assert admin.get(f"{URL}{embedded.code}/poster-a4.pdf").status_code == 404


def test_a_link_is_closed_reopened_and_renamed(admin: PersonsClient, link: OpenLink) -> None:
    here = f"{URL}{link.code}/"
    assert admin.send_form(f"{here}close", form_at=here).status_code == 303
    assert "Riverside House reception is closed." in heading(admin.get(here))
    assert admin.send_form(f"{here}reopen", form_at=here).status_code == 303
    assert admin.send_form(f"{here}name", form_at=here, name="Desk 2").status_code == 303
    assert "Desk 2 is open. Nobody has answered by it yet." in heading(admin.get(here))
    refused = admin.send_form(f"{here}name", form_at=here, name="x" * 121)
    assert refused.status_code == 422 and "Use 120 characters or fewer." in refused.text
    assert db.session.scalars(select(OpenLink.name)).all() == ["Desk 2"]


def test_answers_so_far_are_shown_with_a_fixed_number_of_statements(admin: PersonsClient, link: OpenLink) -> None:
    day = date(2026, 3, 10)
    with transaction():
        make_answers(link.survey.versions[0], link.service, day, {}, 2, open_link_id=link.id)
        make_answers(
            link.survey.versions[0], link.service, day, {}, open_link_id=link.id, state=ResponseState.QUARANTINED
        )
    row = page(admin.get(URL)).select_one("tbody tr")
    assert row is not None and "2and 1 held for review" in row.text and "10 March 2026" in row.text
    assert "2 answers came by it" in heading(admin.get(f"{URL}{link.code}/"))

    with statements() as few:
        admin.get(URL)
    with transaction():
        for number in range(5):
            make_link(make_service(f"service-{number}"), link.survey.versions[0])
    with statements() as many:
        admin.get(URL)
    assert len(many) == len(few) > 0


@pytest.mark.parametrize("logo", [(1600, 80), (80, 1600)], ids=["wide", "high"])
def test_a_poster_has_room_for_any_logo_and_any_council_s_name(
    admin: PersonsClient, link: OpenLink, logo: tuple[int, int]
) -> None:
    with transaction():
        the_council().name = ("The Royal Borough and City Council of Somewhere-under-the-Hill " * 2)[:120]
        set_logo(png(*logo), now=NOON)
    poster = admin.get(f"{URL}{link.code}/poster-a5.pdf").data
    assert b"/Subtype/Image" in poster
    assert len(re.findall(rb"/Type/Page\b", poster)) == 1


@pytest.mark.parametrize(("size", "points"), [("a3", b"841"), ("a4", b"595"), ("a5", b"419")])
def test_a_poster_is_one_page_of_its_size_that_a_screen_reader_can_read(
    admin: PersonsClient, link: OpenLink, size: str, points: bytes
) -> None:
    with transaction():
        link.service.name = ("Housing options, council tax, benefits and everything that belongs to it " * 2)[:120]
    answer = admin.get(f"{URL}{link.code}/poster-{size}.pdf")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="poster-{size}-{link.code}.pdf"'
    assert answer.data.startswith(b"%PDF-") and b"pdfuaid" in answer.data
    assert len(re.findall(rb"/Type/Page\b", answer.data)) == 1 and b"/MediaBox[0 0 " + points in answer.data
    assert admin.get(f"{URL}{link.code}/poster-a0.pdf").status_code == 404


def test_the_picture_is_of_the_link_s_own_address_in_both_kinds(
    app: Flask, admin: PersonsClient, link: OpenLink
) -> None:
    svg, points = (admin.get(f"{URL}{link.code}/qr.{kind}") for kind in ("svg", "png"))
    assert (svg.mimetype, points.mimetype) == ("image/svg+xml", "image/png")
    assert svg.text == qr_svg(f"{app.extensions['settings'].base_url}/o/{link.code}", ON_A_WALL)
    width, height = struct.unpack(">II", points.data[16:24])
    assert width == height >= 800


@pytest.mark.parametrize("role", ["adviser", "service_manager", "cse_lead", "assessor"])
def test_others_may_neither_see_nor_make_links(
    sign_in: Callable[..., PersonsClient], link: OpenLink, role: str
) -> None:
    other = sign_in(role, *(["housing"] if role in {"adviser", "service_manager"} else []))
    for address in (URL, f"{URL}{link.code}/", f"{URL}{link.code}/poster-a4.pdf"):
        assert other.get(address).status_code == 403
    assert other.post(f"{URL}{link.code}/close").status_code in {400, 403}
    assert link.closed_at is None
