"""When a letter goes, and which days it is about."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from survey_app.dashboards.digests.rhythm import days_of, due_at, latest_day, next_day, page_period
from survey_app.dashboards.models import Rhythm

WEEKLY, MONTHLY = Rhythm.WEEKLY, Rhythm.MONTHLY


@pytest.mark.parametrize(
    ("rhythm", "today", "latest", "coming"),
    [
        (WEEKLY, date(2026, 11, 23), date(2026, 11, 23), date(2026, 11, 30)),  # a Monday
        (WEEKLY, date(2026, 11, 29), date(2026, 11, 23), date(2026, 11, 30)),
        (MONTHLY, date(2026, 11, 23), date(2026, 11, 4), date(2026, 12, 3)),
        (MONTHLY, date(2026, 12, 3), date(2026, 12, 3), date(2027, 1, 6)),  # New Year's Day is no working day
        (MONTHLY, date(2027, 1, 5), date(2026, 12, 3), date(2027, 1, 6)),
        (MONTHLY, date(2026, 4, 1), date(2026, 3, 4), date(2026, 4, 7)),  # Good Friday and Easter Monday
    ],
)
def test_it_goes_on_mondays_or_on_the_third_working_day(
    rhythm: Rhythm, today: date, latest: date, coming: date
) -> None:
    assert latest_day(rhythm, today, "England") == latest
    assert next_day(rhythm, today, "England") == coming


def test_scotland_has_its_own_working_days() -> None:
    assert next_day(MONTHLY, date(2027, 1, 1), "Scotland") == date(2027, 1, 7)  # the second of January, too
    assert next_day(MONTHLY, date(2027, 1, 1), "England") == date(2027, 1, 6)


def test_it_goes_at_half_past_seven_in_london_in_summer_and_in_winter() -> None:
    assert due_at(date(2026, 10, 19)) == datetime(2026, 10, 19, 6, 30, tzinfo=UTC)
    assert due_at(date(2026, 10, 26)) == datetime(2026, 10, 26, 7, 30, tzinfo=UTC)


def test_it_is_about_whole_weeks_and_months_and_leads_to_a_period_that_the_page_can_show() -> None:
    week, month = days_of(WEEKLY, date(2026, 4, 6)), days_of(MONTHLY, date(2026, 4, 7))
    assert (week.first, week.last) == (date(2026, 3, 30), date(2026, 4, 5))
    assert page_period(WEEKLY, week).label == "2026/27"
    assert month.label == page_period(MONTHLY, month).label == "2026-03"
