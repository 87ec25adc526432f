"""Each scenario shows the figures of the document it stands for, on page, command line and pack alike.

The borough is loaded at full size by test_loading; the others here at a part of it, where a figure is right to one.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from survey_app import create_app
from survey_app.demo.operations import load
from survey_app.demo.population import contacts_by_year, fates
from survey_app.demo.scenarios import SCENARIOS
from survey_app.demo.scenarios.borough import BOROUGH
from survey_app.demo.scenarios.city import CITY
from survey_app.demo.scenarios.county import COUNTY
from survey_app.demo.scenarios.scenario import Scenario
from survey_app.demo.scenarios.town import TOWN
from survey_app.demo.scenarios.unitary import UNITARY
from survey_app.extensions import db
from survey_app.organisation.channels import Channel
from survey_app.settings import load_settings
from tests.databases import CONFIG, Templates
from tests.demo.shown import MARCH, YEAR, Shown, figures, lead_of, prove_alike, run, signed_in, words_of

TODAY = date(2026, 5, 1)
NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)
NEEDED = {"council-tax", "benefits", "waste", "housing", "planning", "libraries"}


def of_this_year(scenario: Scenario) -> Shown:
    return Shown("satisfaction", scenario.years[2].satisfied, scenario.years[2].base)


SCALES: Mapping[str, float] = {"city": 0.04, "county": 0.01, "town": 0.05, "unitary": 0.05}
LOADED = pytest.mark.parametrize("scenario", [CITY, COUNTY, TOWN, UNITARY], ids=lambda scenario: scenario.name)

SHOWN: Mapping[str, tuple[Shown, ...]] = {
    "city": (of_this_year(CITY), Shown("satisfaction", 262, 310, where="customer_kind=internal")),
    "county": (of_this_year(COUNTY),),
    "town": (
        Shown("satisfaction", 386, 424, MARCH),
        Shown("professionalism", 411, 424, MARCH),
        Shown("timeliness", 373, 424, MARCH),
    ),
    "unitary": (of_this_year(UNITARY),),
}

pytestmark = pytest.mark.slow
Opened = Callable[[Scenario], Flask]


@pytest.fixture(scope="module")
def opened(templates: Templates) -> Iterator[Opened]:
    """opened(TOWN) is the app of that scenario, loaded once: on SQLite, as the borough is loaded on both."""
    apps: dict[str, Flask] = {}

    def open_app(scenario: Scenario) -> Flask:
        if scenario.name not in apps:
            filled = templates.filled("sqlite", lambda: load(scenario, TODAY, SCALES[scenario.name], NOW))
            apps[scenario.name] = create_app(load_settings(filled.environment), CONFIG)
        return apps[scenario.name]

    yield open_app
    for app in apps.values():
        with app.app_context():
            db.engine.dispose()


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


@LOADED
def test_pages_command_line_and_pack_show_its_figures_alike(opened: Opened, scenario: Scenario, tmp_path: Path) -> None:
    shown = [each.at(SCALES[scenario.name]) for each in SHOWN[scenario.name]]
    prove_alike(opened(scenario), scenario, shown, tmp_path)


@LOADED
def test_the_overview_is_of_its_council(opened: Opened, scenario: Scenario) -> None:
    assert scenario.council in words_of(lead_of(opened(scenario), scenario), "/dashboards/")


@LOADED
def test_whoever_looks_round_meets_a_digest_views_pins_and_ideas(opened: Opened, scenario: Scenario) -> None:
    app = opened(scenario)
    lead, manager = lead_of(app, scenario), signed_in(app, scenario, "service_manager")
    team = words_of(signed_in(app, scenario, "adviser"), "/dashboards/my-team")

    assert "1 digest comes to you by e-mail" in words_of(lead, "/dashboards/digests/")
    assert "Calls alone" in words_of(manager, "/dashboards/saved/")
    assert words_of(manager, "/dashboards/pinned").count("Take off") == 3
    assert "Waits for an answer" in team
    assert "Not now" in team
    assert "1 idea waits for an answer" in words_of(manager, "/actions/ideas/")


def test_kind_words_were_passed_on_to_the_team_of_the_adviser(opened: Opened) -> None:
    assert "Passed on by" in words_of(signed_in(opened(UNITARY), UNITARY, "adviser"), "/dashboards/my-team")


@LOADED
def test_the_worker_has_no_letter_to_send_when_a_demo_is_loaded(opened: Opened, scenario: Scenario) -> None:
    assert rows(opened(scenario), "SELECT next_on FROM digest") == [("2026-05-06",)]
    assert rows(opened(scenario), "SELECT count(*) FROM digest_letter") == [(0,)]


def test_the_city_never_pools_teams_and_partners_with_residents(
    opened: Opened,
) -> None:
    app = opened(CITY)
    contacts = {
        figure["where"]["channel"]: figure["value"] for figure in figures(app, "contacts", YEAR, "--by", "channel")
    }

    assert contacts == {"phone": 9_600, "email": 2_680, "face_to_face": 2_400}
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


def test_the_city_was_assessed_in_eleven_years_running(opened: Opened) -> None:
    held = [day for (day,) in rows(opened(CITY), "SELECT held_on FROM visit WHERE held_on IS NOT NULL ORDER BY 1")]

    assert [int(str(day)[:4]) for day in held] == list(range(2015, 2026))


def test_the_county_answers_on_saturdays_and_never_on_sundays() -> None:
    days = {
        contact.occurred_on.weekday()
        for contact in next(contacts_by_year(COUNTY, TODAY, 0.01))
        if contact.channel is Channel.PHONE
    }

    assert days == {0, 1, 2, 3, 4, 5}


def test_the_county_has_two_frameworks_and_a_series_that_is_not_its_own(
    opened: Opened,
) -> None:
    app = opened(COUNTY)

    assert rows(app, "SELECT f.code, count(*) FROM framework f JOIN element e ON e.framework_id = f.id GROUP BY 1") == [
        ("contact-centre", 30),
        ("cse", 57),
    ]
    assert rows(app, "SELECT count(*) FROM other_point") == [(3,)]


@pytest.mark.parametrize(
    ("scenario", "ratings"),
    [
        (TOWN, {"compliance_plus": 8, "compliant": 49}),
        (UNITARY, {"compliance_plus": 14, "compliant": 43}),
    ],
)
def test_so_many_elements_are_better_than_compliant(
    opened: Opened, scenario: Scenario, ratings: dict[str, int]
) -> None:
    found = rows(opened(scenario), "SELECT rating, count(*) FROM element GROUP BY 1")

    assert dict(found) == ratings  # type: ignore[arg-type]


def test_three_reasons_stand_out_of_the_towns_calls(opened: Opened) -> None:
    found = rows(opened(TOWN), "SELECT reason, count(*) FROM contact GROUP BY 1 ORDER BY 2 DESC LIMIT 3")

    assert {reason for reason, _count in found} == {"Bill or instalments", "Moving home", "Missed collection"}


def test_calls_of_one_person_make_journeys_of_the_town(opened: Opened) -> None:
    ((again,),) = rows(
        opened(TOWN),
        "SELECT count(*) FROM (SELECT customer_ref FROM contact WHERE customer_ref IS NOT NULL"
        " GROUP BY 1 HAVING count(*) > 1)",
    )
    ((cases,),) = rows(
        opened(TOWN),
        "SELECT count(*) FROM (SELECT case_ref FROM contact WHERE case_ref IS NOT NULL GROUP BY 1 HAVING count(*) > 1)",
    )

    assert again > 250
    assert cases > 100


def test_the_unitary_is_at_the_end_of_its_three_years(opened: Opened) -> None:
    app = opened(UNITARY)

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
def test_at_full_size_every_figure_is_exact(templates: Templates, scenario: Scenario, tmp_path: Path) -> None:
    def load_all() -> None:
        load(scenario, TODAY, 1.0, NOW)

    app = create_app(load_settings(templates.filled("sqlite", load_all).environment), CONFIG)

    prove_alike(app, scenario, SHOWN[scenario.name], tmp_path)
    if channels := scenario.years[2].channels:
        found = figures(app, "contacts", YEAR, "--by", "channel")
        assert {figure["where"]["channel"]: figure["value"] for figure in found} == channels
    run(app, "measures", "verify")
