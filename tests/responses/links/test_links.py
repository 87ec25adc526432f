"""Open links: made, found by a code that somebody copied from a poster, closed and reopened, and counted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from survey_app.audit.models import AuditLine
from survey_app.extensions import db, transaction
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.kernel.tokens import CODE_ALPHABET
from survey_app.organisation.models import Site
from survey_app.responses.links.operations import close_link, rename_link, reopen_link
from survey_app.responses.links.origins import read_origin
from survey_app.responses.links.queries import link_by_code, links_with_answers, the_link
from survey_app.responses.models import LinkKind, OpenLink, ResponseState
from survey_app.surveys.models import SurveyVersion
from tests.factories import NOON, make_answers, make_council, make_link, make_service, make_survey

TODAY = date(2026, 3, 10)


@pytest.fixture
def survey(app: Flask) -> SurveyVersion:
    with transaction():
        make_council()
        return make_survey()


@pytest.fixture
def link(survey: SurveyVersion) -> OpenLink:
    with transaction():
        return make_link(make_service(), survey)


def acts() -> list[tuple[str, str]]:
    rows = db.session.execute(select(AuditLine.action, AuditLine.subject).order_by(AuditLine.id))
    return [(action, subject) for action, subject in rows if action.startswith("link.")]


def test_a_link_has_a_code_that_no_invitation_can_have(link: OpenLink) -> None:
    assert len(link.code) == 8 and set(link.code) <= set(CODE_ALPHABET)
    assert acts() == [("link.made", link.code)]


def test_a_code_is_found_as_people_copy_it_from_a_poster_and_by_its_kind(link: OpenLink) -> None:
    for typed in (link.code, link.code.lower(), f" {link.code[:4]}-{link.code[4:]} "):
        assert link_by_code(typed) is link
    assert link_by_code(link.code, LinkKind.OPEN, LinkKind.EMBED) is link
    for wrong in ("", link.code[:-1], f"{link.code}37", "7KQ4M3H<", "3" * 8):
        assert link_by_code(wrong) is None
    with pytest.raises(NotFound):
        the_link(link.code, LinkKind.KIOSK)


def test_closing_is_undone_by_reopening_and_each_is_written_down_once(link: OpenLink) -> None:
    with transaction():
        close_link(link, now=NOON)
        close_link(link, now=NOON + timedelta(days=1))
        assert link.closed_at == NOON
        reopen_link(link, now=NOON)
        reopen_link(link, now=NOON)
        rename_link(link, "Riverside House, desk 2", now=NOON)
        rename_link(link, "Riverside House, desk 2", now=NOON)
    assert (link.closed_at, link.name) == (None, "Riverside House, desk 2")
    assert [action for action, _ in acts()] == ["link.made", "link.closed", "link.reopened", "link.renamed"]


def test_each_link_has_the_answers_that_came_by_it_and_no_others(survey: SurveyVersion) -> None:
    with transaction():
        housing, waste = make_service(), make_service("waste")
        hall = Site(code="town-hall", name="Town Hall")
        unused, used = make_link(waste, survey), make_link(housing, survey, site=hall)
        make_link(housing, survey, LinkKind.KIOSK)
        make_answers(survey, housing, TODAY, {"satisfaction": "5"}, 3, open_link_id=used.id)
        make_answers(survey, housing, TODAY, {}, 2, open_link_id=used.id, state=ResponseState.QUARANTINED)
        make_answers(survey, housing, TODAY, {}, open_link_id=used.id, state=ResponseState.WITHDRAWN)
        make_answers(survey, waste, TODAY, {"satisfaction": "1"})
    rows = links_with_answers(LinkKind.OPEN, LinkKind.EMBED)
    assert [(row.link, row.counted, row.held, row.last_at) for row in rows] == [
        (used, 3, 2, NOON),
        (unused, 0, 0, None),
    ]


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://www.anyborough.example", "https://www.anyborough.example"),
        (" HTTPS://WWW.Anyborough.example/ ", "https://www.anyborough.example"),
        ("https://anyborough.example:443", "https://anyborough.example"),
        ("https://anyborough.example:8443", "https://anyborough.example:8443"),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_an_origin_is_read_as_browsers_send_it(typed: str, origin: str) -> None:
    assert read_origin(typed) == origin


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "*",
        "www.anyborough.example",
        "https://",
        "https://*.anyborough.example",
        "http://www.anyborough.example",
        "https://www.anyborough.example/contact",
        "https://www.anyborough.example?",
        "https://www.anyborough.example#top",
        "https://me@www.anyborough.example",
        "https://www.anyborough.example:eighty",
        "https://www.anyborough.example:0",
        "https://www.anyborough.example:99999",
        "https://a.example; script-src *",
        "https://a.example https://b.example",
        "https://a.example\nX-Other: 1",
        "https://a.example,b.example",
        "https://anyborough.example.",
        "https://[::1]",
        "https://bücher.example",
        "https://" + "a." * 100 + "example",
        "data:text/html,x",
        "'self'",
    ],
)
def test_what_is_no_origin_of_one_web_site_is_refused_in_words(typed: str) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        read_origin(typed)


def test_a_link_to_embed_needs_the_web_site_that_frames_it(survey: SurveyVersion) -> None:
    service = make_service()
    assert make_link(service, survey, LinkKind.EMBED, framed_by="https://a.example/").framed_by == "https://a.example"
    assert make_link(service, survey, framed_by="https://a.example").framed_by == ""
    with pytest.raises(InvalidInput, match="https://"):
        make_link(service, survey, LinkKind.EMBED)


def test_the_code_of_a_poster_typed_where_codes_are_typed_leads_to_its_survey(
    client: FlaskClient, link: OpenLink, survey: SurveyVersion
) -> None:
    with transaction():
        kiosk = make_link(link.service, survey, LinkKind.KIOSK)
        close_link(link, now=NOON)  # the page that it leads to says so
    for typed in (link.code, f" {link.code[:4]} {link.code[4:]}".lower()):
        answer = client.post("/s", data={"code": typed})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/o/{link.code}")
    for wrong in ("7KQ4M3HD" if link.code != "7KQ4M3HD" else "7KQ4M3HE", kiosk.code):
        refused = client.post("/s", data={"code": wrong})
        assert refused.status_code == 404 and "We do not know this code" in refused.text and wrong in refused.text


def test_every_page_of_an_embedded_link_names_the_one_web_site_that_may_hold_it(
    client: FlaskClient, survey: SurveyVersion
) -> None:
    origin = "https://www.anyborough.example"
    with transaction():
        link = make_link(make_service(), survey, LinkKind.EMBED, framed_by=origin)
    form = client.get(f"/o/{link.code}")
    refused = client.post(f"/o/{link.code}")
    with transaction():
        close_link(link, now=NOON)
    closed = client.get(f"/o/{link.code}")
    assert [page.status_code for page in (form, refused, closed)] == [200, 400, 410]
    for page in (form, refused, closed):
        assert page.headers["Content-Security-Policy"].endswith(f"; frame-ancestors {origin}")
        assert "X-Frame-Options" not in page.headers and "Set-Cookie" not in page.headers
