"""The line over time: as fine as its answers allow, safe against subtraction, and marked where something changed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from survey_app.dashboards.pictures import MOST_LETTERS, marks_in
from survey_app.dashboards.rolling import windows, without_small_steps
from survey_app.dashboards.what_changed import Event, Merged, services_merged, targets_changed
from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from survey_app.kernel.periods import Period
from survey_app.measures.definitions import measure_named
from survey_app.measures.effects import Annotation
from survey_app.measures.operations import set_target
from survey_app.measures.queries import figures
from survey_app.measures.targets import TargetLine
from survey_app.organisation.channels import Channel
from survey_app.statistics.target_status import Comparator
from tests.dashboards.conftest import Cast, SignIn
from tests.factories import make_answers, make_contacts, make_service

SATISFACTION = measure_named("satisfaction")
YEAR = Period.financial_year(2024)
PAGE = "/dashboards/services/{}?period=2024/25"


def trend_of(client: FlaskClient, address: str) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200
    chart = BeautifulSoup(answer.get_data(as_text=True), "html.parser").select_one("figure#trend")
    assert chart is not None
    return chart


def make_thin(cast: Cast, a_quarter: int, years: tuple[int, ...] = (2023, 2024)) -> str:
    """A service with a few answers in the first month of each quarter."""
    service = make_service("thin")
    for year in years:
        for quarter in Period.financial_year(year).split("quarter"):
            make_answers(cast.survey, service, quarter.first, {"satisfaction": "5"}, a_quarter)
    db.session.commit()
    return PAGE.format("thin")


def test_where_even_quarters_are_thin_the_line_counts_twelve_months_and_says_so(cast: Cast, sign_in: SignIn) -> None:
    chart = trend_of(sign_in("lead"), make_thin(cast, 12))
    text = " ".join(chart.get_text(" ").split())
    assert "Satisfaction, rolling twelve months" in text
    assert "because most quarters have fewer than 30 answers" in text and "neighbours share answers" in text
    rows = [[cell.text for cell in row.select("th, td")] for row in chart.select("tbody tr")]
    assert [row[0] for row in rows] == ["to Jun 2024", "to Sep 2024", "to Dec 2024", "to Mar 2025"]
    assert {row[4] for row in rows} == {"48"}
    (last,) = figures("satisfaction", YEAR.first, YEAR.last, where={"service": "thin"}, now=utc_now())
    assert chart.select("tbody tr th a")[-1]["href"] == last.passport  # the last point is the year itself


def test_before_twelve_months_have_passed_the_line_goes_by_quarter(cast: Cast, sign_in: SignIn) -> None:
    make_thin(cast, 12)
    chart = trend_of(sign_in("lead"), "/dashboards/services/thin?period=2023/24")  # the first answers of all
    assert "Satisfaction by quarter" in chart.text and "rolling" not in chart.text


def test_windows_end_with_the_quarters_and_none_begins_before_the_first_answers() -> None:
    quarters = YEAR.split("quarter")
    assert [(each.first, each.last) for each in windows(quarters, date(2023, 9, 15))] == [
        (date(2023, 10, 1), date(2024, 9, 30)),
        (date(2024, 1, 1), date(2024, 12, 31)),
        (date(2024, 4, 1), date(2025, 3, 31)),
    ]


@pytest.mark.parametrize(("moved", "shown"), [(0, True), (1, False), (9, False), (10, True)])
def test_no_few_answers_can_be_had_by_taking_one_window_from_the_next(cast: Cast, moved: int, shown: bool) -> None:
    line = [
        figures("satisfaction", *days, now=utc_now())[0]
        for days in ((date(2024, 4, 1), date(2025, 3, 31)), (date(2024, 5, 1), date(2025, 4, 30)))
    ]
    months = {date(2024, 4, 1): moved, date(2024, 8, 1): 500}
    first, second = without_small_steps(line, months)
    assert first.value is not None and (second.value is not None) is shown


def test_a_target_that_changes_is_marked_on_its_day(cast: Cast, sign_in: SignIn) -> None:
    now = datetime(2024, 9, 1, tzinfo=UTC)
    set_target("satisfaction", 0.95, Comparator.OVER, date(2024, 10, 1), reason="Cabinet decided", now=now)
    db.session.commit()
    chart = trend_of(sign_in("lead"), "/dashboards/?period=2024/25")
    assert "1 Target over 95%, before over 90%, 1 Oct" in " ".join(chart.text.split())
    assert not trend_of(sign_in("lead"), "/dashboards/?period=2023/24").select("ol.changes")


def test_a_target_of_another_unit_reads_in_its_own() -> None:
    days = [TargetLine(None, 5.0, "at_least", date(2023, 4, 1), None), TargetLine(None, 4.0, "over", YEAR.last, None)]
    assert targets_changed(measure_named("processing_days"), days, [], YEAR) == [
        Event(YEAR.last, "Target under 4.0 days, before at most 5.0 days")
    ]


def test_the_page_of_a_measure_goes_to_twelve_months_and_has_marks_too(cast: Cast, sign_in: SignIn) -> None:
    make_thin(cast, 12)
    now = datetime(2024, 9, 1, tzinfo=UTC)
    set_target("satisfaction", 0.95, Comparator.OVER, date(2024, 10, 1), reason="Cabinet decided", now=now)
    db.session.commit()
    chart = trend_of(sign_in("lead"), "/dashboards/measures/satisfaction?period=2024/25&service=thin")
    text = " ".join(chart.get_text(" ").split())
    assert "Satisfaction, rolling twelve months" in text and "most quarters have fewer than 30" in text
    assert "4 of 4 points shown, each 100.0%" in text
    assert "Target over 95%, before over 90%, 1 Oct" in text


def test_of_targets_only_those_that_hold_for_the_page_are_marked() -> None:
    council = TargetLine(None, 0.9, "over", date(2023, 4, 1), None)
    service = TargetLine(7, 0.8, "at_least", date(2024, 6, 1), date(2024, 12, 31))
    lines = [council, service]
    assert targets_changed(SATISFACTION, lines, [], YEAR) == []
    assert targets_changed(SATISFACTION, lines, [7, 3], YEAR) == [
        Event(date(2024, 6, 1), "Target at least 80%, before over 90%"),
        Event(date(2025, 1, 1), "Target over 90%, before at least 80%"),
    ]
    assert targets_changed(SATISFACTION, [service], [7], YEAR) == [
        Event(date(2024, 6, 1), "First target: at least 80%"),
        Event(date(2025, 1, 1), "No target any more, before at least 80%"),
    ]


def test_a_service_that_became_part_of_another_is_marked_where_both_are_seen(cast: Cast, sign_in: SignIn) -> None:
    make_service("lettings", name="Lettings", valid_to=date(2024, 6, 30), successor_id=cast.housing.id)
    db.session.commit()
    text = trend_of(sign_in("lead"), "/dashboards/?period=2024/25").text
    assert "Lettings became part of Housing options, 1 Jul" in " ".join(text.split())
    assert "Lettings" not in trend_of(sign_in("manager"), "/dashboards/?period=2024/25").text


def test_merges_outside_the_period_are_not_marked() -> None:
    merged = [Merged("Lettings", "Housing", date(2024, 3, 30)), Merged("Pests", "Housing", date(2025, 3, 31))]
    assert services_merged(merged, YEAR) == []


def test_a_new_way_of_contact_is_marked_from_its_first_month(cast: Cast, sign_in: SignIn) -> None:
    make_contacts(cast.waste, date(2023, 8, 1), 30)
    make_contacts(cast.waste, date(2024, 8, 1), 30)
    make_contacts(cast.waste, date(2024, 9, 5), 12, channel=Channel.WEBCHAT)
    make_contacts(cast.waste, date(2024, 10, 5), 3, channel=Channel.SMS)  # a few are no new way yet
    db.session.commit()
    text = " ".join(trend_of(sign_in("lead"), "/dashboards/?period=2024/25").text.split())
    assert "New way of contact: Webchat, 1 Sep" in text and "Text message" not in text and "Phone," not in text


def test_where_nobody_counted_contacts_before_no_way_is_new(cast: Cast, sign_in: SignIn) -> None:
    make_contacts(cast.waste, date(2024, 9, 5), 12, channel=Channel.WEBCHAT)
    db.session.commit()
    assert "New way of contact" not in trend_of(sign_in("lead"), "/dashboards/?period=2024/25").text


@pytest.mark.parametrize(("improvements", "events", "letters"), [(0, 1, 1), (7, 1, 5), (7, 4, 5), (2, 9, 5)])
def test_no_more_marks_stand_on_a_line_than_have_room(improvements: int, events: int, letters: int) -> None:
    periods = YEAR.split("month")
    made = [Annotation("ABCDEFG"[n], "Made", periods[n].first) for n in range(improvements)]
    changed = [Event(periods[n + 2].first, "Changed") for n in range(events)]
    marks = marks_in(periods, made, changed)
    assert len(marks) == letters <= MOST_LETTERS
    assert [each.at for each in marks] == sorted(each.at for each in marks)
    assert sum(each.letter.isdecimal() for each in marks) == min(events, max(2, MOST_LETTERS - improvements))
