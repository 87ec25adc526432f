"""Each scenario shows the figures of the document it stands for, on page, command line and pack alike.

The borough is loaded at full size by test_loading; the others here at a part of it, where a figure is right to one.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import text

from survey_app import create_app
from survey_app.demo.allocation import scaled
from survey_app.demo.operations import DEMO_PASSWORD, load
from survey_app.demo.population import contacts_by_year, fates
from survey_app.demo.scenarios import SCENARIOS
from survey_app.demo.scenarios.borough import BOROUGH
from survey_app.demo.scenarios.city import CITY
from survey_app.demo.scenarios.county import COUNTY
from survey_app.demo.scenarios.plans import Scenario
from survey_app.demo.scenarios.town import TOWN
from survey_app.demo.scenarios.unitary import UNITARY
from survey_app.extensions import db
from survey_app.organisation.channels import Channel
from survey_app.settings import load_settings
from survey_app.statistics.rounding import percent
from tests.conftest import PersonsClient
from tests.databases import CONFIG, Templates

TODAY = date(2026, 5, 1)
NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)
YEAR = ("2025-04-01", "2026-03-31")
MARCH = ("2026-03-01", "2026-03-31")
NEEDED = {"council-tax", "benefits", "waste", "housing", "planning", "libraries"}

pytestmark = pytest.mark.slow


def load_city() -> None:
    load(CITY, TODAY, 0.05, NOW)


def load_county() -> None:
    load(COUNTY, TODAY, 0.01, NOW)


def load_town() -> None:
    load(TOWN, TODAY, 0.1, NOW)


def load_unitary() -> None:
    load(UNITARY, TODAY, 0.1, NOW)


@dataclass(frozen=True)
class Shown:
    """A figure of a scenario's document, at the size at which the scenario is loaded here."""

    load: Callable[[], None]
    measure: str
    days: tuple[str, str]
    numerator: int
    base: int
    where: str = ""

    def __str__(self) -> str:
        return f"{self.load.__name__} {self.measure} {self.where}".strip()


def of_year(load: Callable[[], None], scenario: Scenario, scale: float) -> Shown:
    plan = scenario.years[2]
    return Shown(load, "satisfaction", YEAR, scaled(plan.satisfied, scale), scaled(plan.base, scale))


SHOWN = (
    of_year(load_city, CITY, 0.05),
    Shown(load_city, "satisfaction", YEAR, scaled(262, 0.05), scaled(310, 0.05), "customer_kind=internal"),
    of_year(load_county, COUNTY, 0.01),
    Shown(load_town, "satisfaction", MARCH, scaled(386, 0.1), scaled(424, 0.1)),
    Shown(load_town, "professionalism", MARCH, scaled(411, 0.1), scaled(424, 0.1)),
    Shown(load_town, "timeliness", MARCH, scaled(373, 0.1), scaled(424, 0.1)),
    of_year(load_unitary, UNITARY, 0.1),
)


@pytest.fixture(scope="module")
def opened(templates: Templates) -> Iterator[Callable[[Callable[[], None]], Flask]]:
    """opened(load_town) is the app of that scenario, loaded once: on SQLite, as the borough is loaded on both."""
    apps: dict[Callable[[], None], Flask] = {}

    def open_app(load: Callable[[], None]) -> Flask:
        if load not in apps:
            apps[load] = create_app(load_settings(templates.filled("sqlite", load).environment), CONFIG)
            apps[load].test_client_class = PersonsClient
        return apps[load]

    yield open_app
    for app in apps.values():
        with app.app_context():
            db.engine.dispose()


def run(app: Flask, *arguments: str) -> str:
    with app.app_context():
        result = app.test_cli_runner().invoke(args=list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def figures(app: Flask, measure: str, days: tuple[str, str], *more: str) -> list[dict[str, Any]]:
    found = run(app, "measures", "show", measure, "--from", days[0], "--to", days[1], "--json", *more)
    listed: list[dict[str, Any]] = json.loads(found)["figures"]
    return listed


def lead_of(app: Flask, scenario: Scenario) -> Any:
    client = app.test_client()
    lead = next(user.email for user in scenario.users if user.role == "cse_lead")
    assert client.sign_in(lead, DEMO_PASSWORD).status_code == 302
    return client


def words_of(client: Any, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return " ".join(BeautifulSoup(answer.get_data(as_text=True), "html.parser").get_text(" ").split())


def rows(app: Flask, sql: str) -> list[tuple[Any, ...]]:
    with app.app_context():
        return [tuple(row) for row in db.session.execute(text(sql))]


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=list(SCENARIOS))
def test_a_scenario_has_three_years_with_the_six_services_and_no_part_that_cannot_be(scenario: Scenario) -> None:
    codes = {service.code for service in scenario.services}

    assert codes >= NEEDED
    for plan in (part for year in scenario.years for part in year.parts):
        counts = fates(scenario, plan, 1.0)
        assert min(counts.values()) >= 0
        assert sum(counts.values()) == plan.contacts
        assert set(plan.answers) <= codes
        assert not plan.channels or sum(plan.channels.values()) == plan.contacts


def test_the_plans_hold_the_figures_of_the_documents() -> None:
    city, county, (march,) = CITY.years[2], COUNTY.years[2], TOWN.years[2].beside

    assert city.channels == {Channel.PHONE: 240_000, Channel.EMAIL: 67_000, Channel.FACE_TO_FACE: 60_000}
    assert len(CITY.sites) == 3
    assert county.channels[Channel.PHONE] == 800_000
    assert county.satisfied / county.base > 0.9
    assert (march.satisfied, march.base, dict(march.counted)) == (386, 424, {"professionalism": 411, "timeliness": 373})
    assert 0.03 < march.base / march.contacts < 0.032
    assert BOROUGH.years[2].base == 1_234


@pytest.mark.parametrize("shown", SHOWN, ids=str)
def test_page_command_line_and_pack_show_one_figure(
    opened: Callable[[Callable[[], None]], Flask], shown: Shown, tmp_path: Path
) -> None:
    app = opened(shown.load)
    scenario = SCENARIOS[shown.load.__name__.removeprefix("load_")]
    where = ["--where", shown.where] if shown.where else []
    (figure,) = figures(app, shown.measure, shown.days, *where)

    assert (figure["numerator"], figure["base"]) == (shown.numerator, shown.base)
    assert not figure["provisional"]
    words = words_of(lead_of(app, scenario), figure["passport"])
    assert percent(shown.numerator / shown.base) in words
    assert f"{shown.numerator:,}" in words
    assert f"{shown.base:,}" in words

    if shown.where:
        return  # too few of them at this size to be pinned as evidence
    pack = tmp_path / "pack.zip"
    run(app, "evidence", "pack", "--framework", "cse", "--from", YEAR[0], "--to", YEAR[1], "--out", str(pack))
    with ZipFile(pack) as files:
        lines = list(csv.DictReader(io.StringIO(files.read("figures.csv").decode("utf-8-sig"))))
    proved = [
        (int(line["numerator"]), int(line["base"]))
        for line in lines
        if (line["measure"], line["from"], line["to"], line["where"]) == (shown.measure, *shown.days, "")
    ]
    assert proved == [(shown.numerator, shown.base)]
    assert json.loads(run(app, "evidence", "verify", str(pack), "--json"))["ok"]


def test_the_overview_of_each_says_its_year(opened: Callable[[Callable[[], None]], Flask]) -> None:
    for load_one in (load_city, load_county, load_town, load_unitary):
        scenario = SCENARIOS[load_one.__name__.removeprefix("load_")]
        app = opened(load_one)
        (figure,) = figures(app, "satisfaction", YEAR)
        words = words_of(lead_of(app, scenario), "/dashboards/?period=2025/26")

        assert scenario.council in words
        assert percent(figure["numerator"] / figure["base"]) in words


def test_the_city_never_pools_teams_and_partners_with_residents(
    opened: Callable[[Callable[[], None]], Flask],
) -> None:
    app = opened(load_city)
    contacts = {
        figure["where"]["channel"]: figure["value"] for figure in figures(app, "contacts", YEAR, "--by", "channel")
    }

    assert contacts == {"phone": 12_000, "email": 3_350, "face_to_face": 3_000}
    assert rows(app, "SELECT DISTINCT customer_kind FROM survey ORDER BY 1") == [
        ("internal",),
        ("partner",),
        ("resident",),
    ]
    assert rows(
        app,
        "SELECT DISTINCT c.customer_kind, s.customer_kind FROM survey_response r"
        " JOIN invitation i ON i.id = r.invitation_id JOIN contact c ON c.id = i.contact_id"
        " JOIN survey_version v ON v.id = r.survey_version_id"
        " JOIN survey s ON s.id = v.survey_id WHERE c.customer_kind IN ('internal', 'partner') ORDER BY 1",
    ) == [("internal", "internal"), ("partner", "partner")]
    at = rows(app, "SELECT DISTINCT site_id FROM contact WHERE channel = 'face_to_face' ORDER BY 1")
    assert at == [(1,), (2,), (3,)]


def test_the_city_was_assessed_in_eleven_years_running(opened: Callable[[Callable[[], None]], Flask]) -> None:
    held = [day for (day,) in rows(opened(load_city), "SELECT held_on FROM visit WHERE held_on IS NOT NULL ORDER BY 1")]

    assert [int(str(day)[:4]) for day in held] == list(range(2015, 2026))


def test_the_county_answers_on_saturdays_and_never_on_sundays() -> None:
    days = {
        contact.occurred_on.weekday()
        for contact in next(contacts_by_year(COUNTY, TODAY, 0.01))
        if contact.channel is Channel.PHONE
    }

    assert days == {0, 1, 2, 3, 4, 5}


def test_the_county_has_two_frameworks_and_a_series_that_is_not_its_own(
    opened: Callable[[Callable[[], None]], Flask],
) -> None:
    app = opened(load_county)

    assert rows(app, "SELECT f.code, count(*) FROM framework f JOIN element e ON e.framework_id = f.id GROUP BY 1") == [
        ("contact-centre", 30),
        ("cse", 57),
    ]
    assert rows(app, "SELECT count(*) FROM other_point") == [(3,)]


@pytest.mark.parametrize(
    ("load_one", "ratings"),
    [
        (load_town, {"compliance_plus": 8, "compliant": 49}),
        (load_unitary, {"compliance_plus": 14, "compliant": 43}),
    ],
)
def test_so_many_elements_are_better_than_compliant(
    opened: Callable[[Callable[[], None]], Flask], load_one: Callable[[], None], ratings: dict[str, int]
) -> None:
    found = rows(opened(load_one), "SELECT rating, count(*) FROM element GROUP BY 1")

    assert dict(found) == ratings  # type: ignore[arg-type]


def test_three_reasons_stand_out_of_the_towns_calls(opened: Callable[[Callable[[], None]], Flask]) -> None:
    found = rows(opened(load_town), "SELECT reason, count(*) FROM contact GROUP BY 1 ORDER BY 2 DESC LIMIT 3")

    assert {reason for reason, _count in found} == {"Bill or instalments", "Moving home", "Missed collection"}


def test_calls_of_one_person_make_journeys_of_the_town(opened: Callable[[Callable[[], None]], Flask]) -> None:
    ((again,),) = rows(
        opened(load_town),
        "SELECT count(*) FROM (SELECT customer_ref FROM contact WHERE customer_ref IS NOT NULL"
        " GROUP BY 1 HAVING count(*) > 1)",
    )
    ((cases,),) = rows(
        opened(load_town),
        "SELECT count(*) FROM (SELECT case_ref FROM contact WHERE case_ref IS NOT NULL GROUP BY 1 HAVING count(*) > 1)",
    )

    assert again > 500
    assert cases > 200


def test_the_unitary_is_at_the_end_of_its_three_years(opened: Callable[[Callable[[], None]], Flask]) -> None:
    app = opened(load_unitary)

    assert rows(app, "SELECT kind, months, held_on IS NOT NULL FROM visit ORDER BY due_on") == [
        ("full", 0, 1),
        ("review", 12, 1),
        ("review", 24, 1),
        ("full", 0, 0),  # the next round, planned as a whole
        ("review", 12, 0),
        ("review", 24, 0),
    ]
    assert rows(app, "SELECT count(*) FROM our_standard WHERE state = 'published'") == [(5,)]
    assert rows(app, "SELECT count(DISTINCT measure) FROM target") == [(8,)]


@pytest.mark.soak
@pytest.mark.skipif("SOAK_SCENARIOS" not in os.environ, reason="millions of contacts: SOAK_SCENARIOS=1 make soak")
@pytest.mark.parametrize("scenario", [TOWN, CITY, COUNTY], ids=lambda scenario: scenario.name)
def test_at_full_size_every_figure_is_exact(templates: Templates, scenario: Scenario) -> None:
    def load_all() -> None:
        load(scenario, TODAY, 1.0, NOW)

    app = create_app(load_settings(templates.filled("sqlite", load_all).environment), CONFIG)
    plan = scenario.years[2]
    part = plan.beside[0] if scenario is TOWN else plan
    (figure,) = figures(app, "satisfaction", MARCH if scenario is TOWN else YEAR)

    assert (figure["numerator"], figure["base"]) == (part.satisfied, part.base)
    by_channel = figures(app, "contacts", YEAR, "--by", "channel")
    if plan.channels:
        assert {figure["where"]["channel"]: figure["value"] for figure in by_channel} == dict(plan.channels)
    for measure, favourable in part.counted.items():
        (figure,) = figures(app, measure, MARCH)
        assert (figure["numerator"], figure["base"]) == (favourable, part.base)
    run(app, "measures", "verify")
