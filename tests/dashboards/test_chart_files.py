"""Below every chart are files of it: of the same filters, for the same people, with the same figures."""

from __future__ import annotations

import csv
import io

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from tests.dashboards.conftest import Cast, SignIn

YEAR = "period=2024/25"
PAGES = (
    f"/dashboards/?{YEAR}",
    f"/dashboards/services/housing?{YEAR}&channel=phone",
    f"/dashboards/measures/satisfaction?{YEAR}",
    "/dashboards/control?service=housing",
)


def links_of(client: FlaskClient, address: str) -> dict[str, str]:
    page = BeautifulSoup(client.get(address).text, "html.parser")
    return {link.get_text().split(" ")[0]: str(link["href"]) for link in page.select("figure .files a")}


def rows_of(client: FlaskClient, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("address", PAGES)
def test_a_chart_has_its_figures_and_its_picture_below_it(cast: Cast, sign_in: SignIn, address: str) -> None:
    lead = sign_in("lead")
    links = links_of(lead, address)
    assert list(links) == ["CSV", "XLSX", "SVG"]
    for name, kind in (("CSV", "csv"), ("XLSX", "xlsx"), ("SVG", "svg")):
        answer = lead.get(links[name])
        assert answer.status_code == 200
        assert f'.{kind}"' in answer.headers["Content-Disposition"]
        assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("address", PAGES)
def test_the_file_has_a_row_for_each_row_of_the_table_with_the_same_bases(
    cast: Cast, sign_in: SignIn, address: str
) -> None:
    lead = sign_in("lead")
    table = BeautifulSoup(lead.get(address).text, "html.parser").select_one("figure .below table")
    assert table is not None
    header, *rows = rows_of(lead, links_of(lead, address)["CSV"])
    names = [cell.get_text(strip=True) for cell in table.select("thead th")]
    assert header == names
    place = names.index("Base")
    shown = [row.select("th, td")[place].get_text(strip=True).replace(",", "") for row in table.select("tbody tr")]
    assert [row[place] for row in rows] == [base if base.isdigit() else "" for base in shown]


def test_a_file_keeps_the_filters_of_its_page(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    everything, by_phone = (rows_of(lead, links_of(lead, page)["CSV"]) for page in PAGES[:2])
    assert len(everything) == len(by_phone)
    assert everything != by_phone


def test_whoever_may_not_see_a_page_gets_no_file_of_it(cast: Cast, sign_in: SignIn, client: FlaskClient) -> None:
    other = "/dashboards/services/waste?chart=trend&as=csv"
    assert sign_in("manager").get(other).status_code == 404
    assert client.get(other).status_code in {302, 303, 401, 403}


def test_what_is_no_file_of_the_page_is_the_page(cast: Cast, sign_in: SignIn) -> None:
    lead = sign_in("lead")
    for asked in ("chart=trend", "chart=trend&as=exe", "chart=nothing&as=csv", "as=csv"):
        assert lead.get(f"/dashboards/?{YEAR}&{asked}").mimetype == "text/html"


def test_the_links_of_a_page_that_was_asked_for_wrongly_do_not_pile_up(cast: Cast, sign_in: SignIn) -> None:
    links = links_of(sign_in("lead"), f"/dashboards/?{YEAR}&chart=x&as=exe")
    assert links["CSV"].count("chart=") == links["CSV"].count("as=") == 1
