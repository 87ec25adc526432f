"""Where to turn in danger: the closest text of a service stands above its survey, with a way out."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient

from survey_app.extensions import db, transaction
from survey_app.organisation.queries import service_by_id
from survey_app.responses.models import SupportText, SurveyResponse
from tests.factories import make_service
from tests.responses.afterwards.conftest import AT, CODE, OPEN_AT, ask

PAGES = (AT, f"{AT}/thanks", f"{AT}/about-you")


def set_text(service_id: int | None, body: str, exit_url: str = "") -> None:
    with transaction():
        db.session.add(SupportText(service_id=service_id, body=body, exit_url=exit_url))


def way_out(client: FlaskClient, address: str) -> Tag | None:
    found = BeautifulSoup(client.get(address).text, "html.parser").find("a", string="Exit this page")
    return found if isinstance(found, Tag) else None


def test_the_closest_text_wins(response: SurveyResponse, client: FlaskClient) -> None:
    with transaction():
        area, other = make_service("homes"), make_service("parks")
        service_by_id(response.service_id).parent_id = area.id
    for place, body, shown in (
        (other.id, "Of another service", None),
        (None, "For everybody", "For everybody"),
        (area.id, "Of the area", "Of the area"),
        (response.service_id, "Of housing itself", "Of housing itself"),
    ):
        set_text(place, body)
        page = client.get(AT).text
        assert [words for words in ("Of another", "For everybody", "Of the area", "Of housing") if words in page] == (
            [shown[: len("Of housing")] if shown == "Of housing itself" else shown] if shown else []
        )


@pytest.mark.parametrize("address", PAGES)
def test_the_way_out_works_without_scripts_and_tells_nobody_where_from(
    response: SurveyResponse, client: FlaskClient, address: str
) -> None:
    ask("age")
    assert way_out(client, address) is None
    set_text(None, "In danger, call **999**.", "https://www.example.org/weather")
    page = client.get(address)
    link = way_out(client, address)
    assert link is not None
    assert (link["href"], link["rel"]) == ("https://www.example.org/weather", ["noreferrer", "noopener"])
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "<strong>999</strong>" in page.text
    assert page.text.index("Exit this page") < page.text.index("<main")


def test_an_open_link_shows_it_too(open_response: SurveyResponse, client: FlaskClient) -> None:
    set_text(open_response.service_id, "In danger, call 999.")
    for address in (f"/o/{CODE}", f"{OPEN_AT}/thanks"):
        assert "In danger, call 999." in client.get(address).text
        assert way_out(client, address) is None


def test_what_a_council_writes_makes_no_markup_of_its_own(response: SurveyResponse, client: FlaskClient) -> None:
    set_text(None, "<script>alert(1)</script> [x](javascript:alert(1))")
    page = client.get(AT).text
    assert "<script" not in page
    assert 'href="javascript' not in page
