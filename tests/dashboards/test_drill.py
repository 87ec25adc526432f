"""From any row of groups a click leads on: to its page, its rows or its comments, for the same choice."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import BeautifulSoup, Tag

from survey_app.comments.models import Theme
from survey_app.extensions import db
from survey_app.organisation.channels import Channel, Mode
from survey_app.organisation.models import Team
from tests.dashboards.conftest import Cast, SignIn, make_comment
from tests.dashboards.test_journeys import make_journeys
from tests.dashboards.test_overview import page_of
from tests.factories import make_answers

YEAR = "period=2024/25"
PAGES = (
    f"/dashboards/?{YEAR}",
    f"/dashboards/services/housing?{YEAR}",
    f"/dashboards/measures?{YEAR}",
    f"/dashboards/measures/satisfaction?{YEAR}",
    f"/dashboards/channels?{YEAR}",
    f"/dashboards/teams?{YEAR}",
    f"/dashboards/drivers?{YEAR}",
    f"/dashboards/who-answered?{YEAR}",
    f"/dashboards/modes?{YEAR}",
    f"/dashboards/journeys?{YEAR}",
    f"/dashboards/last-year?{YEAR}",
    f"/dashboards/compare?{YEAR}",
    f"/comments/themes/?{YEAR}",
)
WHY_NOT = (
    "[c]",  # hidden: there is nothing to lead to
    "not shown",
    "no answers",
    "Not recorded",
    "Others",  # too few to name
    "–",  # nobody was reached, so there is no rate
)
ITS_PAGE_SAYS_WHY = {
    "Journeys by number of contacts, with satisfaction": "A journey spans contacts of several days",
    "By reason": "A journey spans contacts of several days",
}


@pytest.fixture
def busy(cast: Cast) -> Cast:
    """A council whose every page of groups has rows."""
    db.session.add(team := Team(code="blue", name="Team Blue"))
    db.session.flush()
    theme = db.session.scalars(db.select(Theme)).one()
    said = {"satisfaction": "5", "timeliness": "4", "delivery": "4"}
    for service in (cast.housing, cast.waste):
        for channel, mode in ((Channel.PHONE, Mode.WEB), (Channel.EMAIL, Mode.KIOSK)):
            facts = {"channel": channel, "mode": mode, "team_id": team.id}
            answers = make_answers(cast.survey, service, date(2024, 10, 9), said, 20, **facts)
            make_answers(cast.survey, service, date(2023, 10, 9), said, 20, **facts)
            for answer in answers[:6]:
                make_comment(answer, f"The {service.name} call took long", "negative", theme)
    make_journeys(cast.waste, 1, 30)
    make_journeys(cast.housing, 2, 12)
    return cast


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.usefixtures("busy")
def test_each_row_of_a_table_of_groups_leads_on_or_says_why_not(sign_in: SignIn, address: str) -> None:
    lead = sign_in("lead")
    html = page_of(lead, address)
    silent = [
        (caption, row.get_text(" ", strip=True))
        for caption, row in _rows(html)
        if not row.find("a", href=True) and not any(why in row.get_text(" ") for why in WHY_NOT)
    ]
    assert {caption for caption, _ in silent} <= ITS_PAGE_SAYS_WHY.keys(), silent
    assert all(ITS_PAGE_SAYS_WHY[caption] in html for caption, _ in silent)
    links = {str(link["href"]) for _, row in _rows(html) for link in row.find_all("a", href=True)}
    assert links or all("–" in row.get_text() for _, row in _rows(html)), "a page of this list has rows"
    for link in sorted(links)[:40]:
        assert lead.get(link).status_code == 200, link


def _rows(html: str) -> list[tuple[str, Tag]]:
    """The rows of each table of groups with the name of the table; those below a chart are the chart's own."""
    found = []
    for table in BeautifulSoup(html, "html.parser").find_all("table"):
        if table.find_parent("figure") is None:
            caption = table.caption.get_text(strip=True) if table.caption else ""
            found += [(caption, row) for row in table.select("tbody tr") if row.find("td")]
    return found
