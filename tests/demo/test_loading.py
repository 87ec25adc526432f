"""The borough in the database at full size: every figure of its document, recounted here in SQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from survey_app import create_app
from survey_app.actions.improvements.queries import effect_of
from survey_app.actions.models import Improvement
from survey_app.demo.operations import load
from survey_app.demo.scenarios.borough import BOROUGH
from survey_app.demo.scenarios.fates import Fate
from survey_app.demo.texts import load_comment_texts
from survey_app.evidence.elements.gaps import gaps
from survey_app.evidence.elements.queries import state_of
from survey_app.evidence.elements.readiness import readiness
from survey_app.evidence.queries import framework_by_code
from survey_app.extensions import db
from survey_app.measures.coverage import Stage
from survey_app.measures.queries.coverage import coverage
from survey_app.measures.queries.hand_picking import were_hand_picked
from survey_app.measures.queries.standing import service_tree
from survey_app.settings import load_settings
from tests.databases import CONFIG, Templates
from tests.demo.shown import Shown, lead_of, prove_alike, words_of

TODAY = date(2026, 5, 1)
NOW = datetime(2026, 5, 1, 9, tzinfo=UTC)
THIS_YEAR = "BETWEEN '2025-04-01' AND '2026-03-31'"
LAST_YEAR = "BETWEEN '2024-04-01' AND '2025-03-31'"
COUNTED = """
    FROM survey_response r JOIN answer a ON a.response_id = r.id JOIN option o ON o.id = a.option_id
    JOIN question_version v ON v.id = a.question_version_id JOIN question q ON q.id = v.question_id
    JOIN service s ON s.id = r.service_id WHERE r.state = 'counted'
"""

pytestmark = pytest.mark.slow


def load_borough() -> None:
    load(BOROUGH, TODAY, 1.0, NOW)


@pytest.fixture(scope="module")
def borough(templates: Templates, kind: str) -> Iterator[Flask]:
    app = create_app(load_settings(templates.filled(kind, load_borough).environment), CONFIG)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def shown_borough(templates: Templates) -> Iterator[Flask]:
    """On SQLite alone: pages and packs are proved on both where they are made."""
    app = create_app(load_settings(templates.filled("sqlite", load_borough).environment), CONFIG)
    yield app
    with app.app_context():
        db.engine.dispose()


def rows(sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in db.session.execute(text(sql))]


def share(measure: str, where: str) -> tuple[int, int]:
    """Favourable answers and base, by score alone: 4 and 5 of five points, 3 of yes, partly and no."""
    best = "o.code = 'yes'" if measure == "resolved" else "o.score >= 4"
    ((favourable, base),) = rows(
        f"SELECT count(*) FILTER (WHERE {best}), count(o.score) {COUNTED}"
        f" AND q.code = '{measure}' AND r.counts_on {where}"
    )
    return favourable, base


def test_satisfaction_is_1222_of_1234_this_year_and_1152_of_1188_last_year(borough: Flask) -> None:
    assert share("satisfaction", THIS_YEAR) == (1_222, 1_234)
    assert share("satisfaction", LAST_YEAR) == (1_152, 1_188)
    assert share("satisfaction", "BETWEEN '2023-04-01' AND '2024-03-31'") == (1_109, 1_150)


def test_pages_command_line_and_pack_show_its_figures_alike(shown_borough: Flask, tmp_path: Path) -> None:
    prove_alike(
        shown_borough,
        BOROUGH,
        [Shown("satisfaction", 1_222, 1_234), Shown("satisfaction", 71, 78, where="service=planning")],
        tmp_path,
    )
    lead = lead_of(shown_borough, BOROUGH)
    overview, coverage = words_of(lead, "/dashboards/"), words_of(lead, "/coverage")
    assert "The target is over 90%. Up from 97.0% last year" in overview
    assert "Last year 97.0% of 1,188" in overview
    assert "Planning is lowest 91.0% of 78" in overview
    assert "96,412" in coverage
    assert "10,314" in coverage


def test_each_service_has_its_figure(borough: Flask) -> None:
    for year, days in zip(BOROUGH.years[1:], (LAST_YEAR, THIS_YEAR), strict=True):
        found = rows(
            f"SELECT s.code, count(*) FILTER (WHERE o.score >= 4), count(o.score) {COUNTED} AND q.code = 'satisfaction'"
            f" AND r.counts_on {days} GROUP BY s.code"
        )
        assert {code: (satisfied, base) for code, satisfied, base in found} == year.answers


def test_the_ledger_adds_up_from_contacts_to_answers(borough: Flask) -> None:
    outcomes = dict(rows(f"SELECT draw_outcome, count(*) FROM contact WHERE occurred_on {THIS_YEAR} GROUP BY 1"))
    states = dict(rows(f"SELECT state, count(*) FROM invitation WHERE counts_on {THIS_YEAR} GROUP BY 1"))
    ((sent,),) = rows(f"SELECT count(*) FROM invitation WHERE sent_at IS NOT NULL AND counts_on {THIS_YEAR}")

    assert sum(outcomes.values()) == 96_412
    assert outcomes["asked"] == sum(states.values()) == 10_314
    told_apart = BOROUGH.not_asked | BOROUGH.finer[Fate.RECENTLY_ASKED] | BOROUGH.finer[Fate.DO_NOT_SURVEY]
    assert outcomes == {reason.value: count for reason, count in told_apart.items()} | {"asked": 10_314}
    assert sent - states["undeliverable"] == 9_826
    assert states["answered"] == 1_238
    assert rows(f"SELECT count(*) FROM survey_response WHERE state = 'counted' AND counts_on {THIS_YEAR}") == [(1_238,)]


def test_the_ledger_looks_like_life_and_the_draw_like_nobodys_choice(borough: Flask) -> None:
    year = date(2025, 4, 1), date(2026, 3, 31)
    ledger = coverage(*year, now=datetime(2026, 5, 1, tzinfo=UTC))
    picking = were_hand_picked(*year, services=service_tree())
    assert ledger.difference == 0
    assert [ledger.at(stage) for stage in Stage] == [96_412, 57_902, 10_314, 10_197, 9_826, 1_238]
    after_that = [loss for loss in ledger.losses if loss.stage is not Stage.ELIGIBLE]
    assert [(loss.stage.value, loss.reason, loss.count) for loss in after_that] == [
        ("asked", "not_sampled", 47_588),
        ("sent", "opted_out", 52),
        ("sent", "failed", 38),
        ("sent", "too_old", 27),
        ("delivered", "does_not_exist", 279),
        ("delivered", "unavailable", 61),
        ("delivered", "stopped_by_network", 31),
        ("answered", "no_answer", 8_449),
        ("answered", "opted_out", 98),
        ("answered", "quarantined", 41),
    ]
    assert picking.is_clear, picking.words


def test_its_draw_can_be_repeated_and_nobody_was_picked(borough: Flask) -> None:
    days = ("--from", "2023-04-01", "--to", "2026-03-31")
    repeated = borough.test_cli_runner().invoke(args=["contacts", "redraw", *days, "--json"])

    assert repeated.exit_code == 0, repeated.output
    ((drawn,),) = rows("SELECT count(*) FROM contact WHERE draw_outcome IN ('asked', 'not_sampled')")
    ((asked,),) = rows("SELECT count(*) FROM invitation")
    found = json.loads(repeated.output)
    assert (found["repeated"], found["asked"], found["before_a_seed"]) == (drawn, asked, 0)


def test_reasons_for_not_asking_stand_on_the_contacts_themselves(borough: Flask) -> None:
    for flag in ("sensitive", "do_not_survey", "open_complaint"):
        assert rows(f"SELECT DISTINCT draw_outcome FROM contact WHERE {flag}") == [(flag,)]


def test_scanners_are_in_quarantine_and_counted_nowhere(borough: Flask) -> None:
    assert rows(
        "SELECT state, quarantine_reason, count(*) FROM survey_response WHERE state <> 'counted' GROUP BY 1, 2"
    ) == [("quarantined", "too_fast", 41)]
    assert rows("SELECT sum(count) FROM day_tally") == rows(
        "SELECT count(*) FROM survey_response r JOIN survey_item i ON i.survey_version_id = r.survey_version_id"
        " JOIN question_version v ON v.id = i.question_version_id WHERE r.state = 'counted' AND v.kind <> 'text'"
    )


def test_the_tallies_are_what_the_answers_say(borough: Flask) -> None:
    db.session.rollback()
    verified = borough.test_cli_runner().invoke(args=["measures", "verify"])

    assert verified.exit_code == 0, verified.output


@pytest.mark.parametrize(
    ("measure", "about"),
    [
        ("information", 0.929),
        ("timeliness", 0.937),
        ("delivery", 0.976),
        ("professionalism", 0.990),
        ("staff_attitude", 0.991),
        ("access", 0.960),
    ],
)
def test_drivers_are_as_planned(borough: Flask, measure: str, about: float) -> None:
    favourable, base = share(measure, THIS_YEAR)

    assert base > 1_150
    assert favourable / base == pytest.approx(about, abs=0.0006)


@pytest.mark.parametrize(
    ("days", "about"),
    [
        ("BETWEEN '2025-04-01' AND '2025-08-31'", 0.773),
        ("BETWEEN '2025-09-01' AND '2026-03-31'", 0.894),
        ("BETWEEN '2024-09-01' AND '2025-03-31'", 0.773),
    ],
)
def test_housing_settles_more_from_september_on(borough: Flask, days: str, about: float) -> None:
    favourable, base = share("resolved", f"{days} AND s.code = 'housing'")

    assert base > 50
    assert favourable / base == pytest.approx(about, abs=0.01)


def test_november_of_last_year_is_its_lowest_month_because_of_waste(borough: Flask) -> None:
    months = dict(
        rows(
            "SELECT substr(CAST(r.counts_on AS text), 1, 7), avg(CASE WHEN o.score >= 4 THEN 1.0 ELSE 0.0 END)"
            f" {COUNTED} AND q.code = 'satisfaction' AND o.score IS NOT NULL AND r.counts_on {LAST_YEAR} GROUP BY 1"
        )
    )

    assert len(months) == 12
    assert min(months, key=lambda month: months[month]) == "2024-11"
    assert months["2024-11"] < 0.95


def test_most_of_those_dissatisfied_with_planning_write_that_nobody_comes_back(borough: Flask) -> None:
    silence = {comment.text for comment in load_comment_texts() if comment.story == "hearing-back"}
    written = rows(
        f"SELECT r.id, c.redacted_text {COUNTED.replace('WHERE', 'JOIN comment c ON c.response_id = r.id WHERE')}"
        f" AND s.code = 'planning' AND q.code = 'satisfaction' AND o.score < 4 AND r.counts_on {THIS_YEAR}"
    )
    assert len({response for response, words in written if words in silence}) >= 4


def test_all_that_was_written_is_a_comment_by_now(borough: Flask) -> None:
    ((texts,),) = rows("SELECT count(*) FROM answer_text")
    assert rows("SELECT count(*) FROM comment") == [(texts,)]
    assert texts > 1_800


def test_nobody_can_be_reached_and_nothing_waits(borough: Flask) -> None:
    for table in ("contact_detail", "message", "invitation_token", "response_change"):
        assert rows(f"SELECT count(*) FROM {table}") == [(0,)]
    assert rows("SELECT count(*) FROM contact WHERE draw_outcome IS NULL") == [(0,)]


def test_targets_were_entered_before_the_first_contact(borough: Flask) -> None:
    assert rows("SELECT value, comparator FROM target WHERE measure = 'satisfaction'") == [(0.9, "over")]
    assert rows("SELECT count(*) FROM target WHERE date(entered_at) >= (SELECT min(occurred_on) FROM contact)") == [
        (0,)
    ]


def test_open_links_by_site_and_one_in_a_frame_have_no_answers_yet(borough: Flask) -> None:
    links = rows(
        "SELECT l.name, l.kind, s.code, l.framed_by, l.code FROM open_link l LEFT JOIN site s ON s.id = l.site_id"
    )
    assert {link[:4] for link in links} == {
        ("Town Hall reception", "open", "town-hall", ""),
        ("Riverside House reception", "open", "riverside-house", ""),
        ("Riverside House, benefits desk", "open", "riverside-house", ""),
        ("Page on recycling", "embed", None, "https://www.anyborough.example"),
    }
    assert rows("SELECT count(*) FROM survey_response WHERE open_link_id IS NOT NULL") == [(0,)]


def test_fifty_of_its_elements_are_ready_and_seven_need_work(borough: Flask) -> None:
    state = state_of(framework_by_code("cse"), TODAY)
    found = gaps(state, TODAY)

    assert readiness(state, found).ready == 50
    assert {gap.element.number for gap in found} == {"4.3.5", "1.2.3", "2.1.5", "4.1.3", "4.2.3", "5.3.3", "3.2.3"}


def test_three_improvements_moved_what_they_should_and_one_has_no_effect_that_can_be_shown(borough: Flask) -> None:
    effects = [effect_of(improvement, now=NOW) for improvement in db.session.scalars(select(Improvement))]

    assert [effect.verdict.startswith("improved") for effect in effects] == [True, True, True, False]
    assert effects[3].verdict == "no_effect_shown"
