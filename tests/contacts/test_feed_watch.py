"""When a feed is late and when its volume is unusual; over weekends, bank holidays and changes of the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.contacts.feeds.watch import Came, Finding, Found, Rhythm, expected_on, judge, late_at
from survey_app.kernel.clock import LONDON, london_day
from survey_app.kernel.working_days import is_working_day

DAILY = Rhythm(None, 10, "England")
MONDAY = date(2026, 3, 9)


def london(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


@pytest.mark.parametrize(
    ("nation", "last", "expected", "late"),
    [
        ("England", "2026-03-09 23:00", "2026-03-10", "2026-03-11 10:00"),  # Monday night
        ("England", "2026-03-10 01:00", "2026-03-11", "2026-03-12 10:00"),  # after midnight it is Tuesday's
        ("England", "2026-03-06 18:00", "2026-03-09", "2026-03-10 10:00"),  # Friday
        ("England", "2026-03-08 12:00", "2026-03-09", "2026-03-10 10:00"),  # Sunday
        ("England", "2026-03-27 18:00", "2026-03-30", "2026-03-31 10:00"),  # clocks went forward: 10:00 is 9:00 UTC
        ("England", "2026-10-23 18:00", "2026-10-26", "2026-10-27 10:00"),  # and back
        ("England", "2026-04-02 18:00", "2026-04-07", "2026-04-08 10:00"),  # Good Friday and Easter Monday
        ("Scotland", "2026-04-02 18:00", "2026-04-06", "2026-04-07 10:00"),  # where Easter Monday is none
        ("Scotland", "2025-12-31 18:00", "2026-01-05", "2026-01-06 10:00"),  # and 2 January is
        ("Northern Ireland", "2026-03-16 18:00", "2026-03-18", "2026-03-19 10:00"),  # St Patrick's Day
    ],
)
def test_a_daily_feed_is_late_on_the_working_day_after_one_without_anything(nation, last, expected, late):
    rhythm = Rhythm(None, 10, nation)
    assert expected_on(london(last), rhythm) == date.fromisoformat(expected)
    assert late_at(london(last), rhythm) == london(late)


@pytest.mark.parametrize(
    ("last", "late"),
    [
        ("2026-03-09 10:00", "2026-03-09 15:00"),
        ("2026-03-06 22:00", "2026-03-09 03:00"),  # two hours of Friday, three of Monday
        ("2026-03-27 22:00", "2026-03-30 03:00"),  # the hour that this Sunday lacks makes no difference
        ("2026-10-23 22:00", "2026-10-26 03:00"),
        ("2026-04-02 22:00", "2026-04-07 03:00"),
        ("2026-03-07 12:00", "2026-03-09 05:00"),
    ],
)
def test_an_hourly_feed_is_given_hours_of_working_days(last, late):
    assert late_at(london(last), Rhythm(4, 1, "England")) == london(late)


@given(
    st.integers(0, 3 * 365 * 24).map(lambda hours: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(hours=hours)),
    st.one_of(st.none(), st.integers(1, 168)),
    st.integers(0, 168),
)
def test_no_feed_is_late_at_once_and_none_before_a_working_day_has_gone_by(last_at, hours, grace):
    rhythm = Rhythm(hours, grace, "Wales")
    late = late_at(last_at, rhythm)
    assert late > last_at
    assert is_working_day(expected_on(last_at, rhythm), "Wales")
    assert london_day(late) >= expected_on(last_at, rhythm)
    assert late <= late_at(last_at + timedelta(hours=1), rhythm)


def weeks(*accepted: int, last: int, rejected: int = 0, day: date = MONDAY) -> list[Came]:
    """What was accepted on the same weekday in the weeks before, the latest first, and on the day itself."""
    before = [Came(day - timedelta(weeks=n), count, count, 0) for n, count in enumerate(accepted, start=1)]
    return [*before, Came(day, last + rejected, last, rejected)]


def unusual(days: list[Came], now: str = "2026-03-10 00:00", nation: str = "England") -> list[Found]:
    last_at = london(f"{max(came.day for came in days)} 18:00")
    return judge(days, last_at=last_at, now=london(now), rhythm=Rhythm(None, 10, nation))


@pytest.mark.parametrize(
    ("last", "findings"),
    [
        (0, [Finding.FEW]),
        (49, [Finding.FEW]),
        (50, []),
        (200, []),
        (201, [Finding.MANY]),
    ],
)
def test_less_than_half_or_more_than_twice_the_median_of_the_weekday_is_unusual(last, findings):
    days = weeks(90, 100, 110, 100, 10_000, last=last)  # one odd day moves no median
    assert [found.finding for found in unusual(days)] == findings
    if findings:
        assert unusual(days) == [Found(findings[0], MONDAY, last, 100.0, last)]


def test_of_three_weeks_and_of_weeks_long_ago_nothing_is_usual():
    three = weeks(100, 100, 100, last=0)
    assert unusual(three) == []
    assert unusual([*three, Came(MONDAY - timedelta(weeks=9), 100, 100, 0)]) == []
    assert unusual([*three, Came(MONDAY - timedelta(weeks=8), 100, 100, 0)]) != []


def test_other_weekdays_say_nothing():
    saturdays = [Came(MONDAY - timedelta(weeks=n, days=2), 5, 5, 0) for n in range(8)]
    assert unusual([*saturdays, *weeks(100, 100, 100, 100, last=100)]) == []


def test_a_day_is_judged_when_it_is_over_in_london():
    days = weeks(100, 100, 100, 100, last=10)
    assert unusual(days, "2026-03-09 23:59") == []
    assert unusual(days, "2026-03-10 00:00") != []
    summer = weeks(100, 100, 100, 100, last=10, day=date(2026, 6, 8))
    assert unusual(summer, "2026-06-08 23:30") == []  # 22:30 UTC


def test_until_more_comes_the_last_day_is_what_is_judged():
    days = weeks(100, 100, 100, 100, last=10)
    assert [found.finding for found in unusual(days, "2026-03-15 12:00")] == [Finding.LATE, Finding.FEW]
    recovered = [*days, Came(date(2026, 3, 10), 80, 80, 0)]
    assert unusual(recovered, "2026-03-11 00:00") == []


def test_a_bank_holiday_is_neither_judged_nor_usual():
    easter = date(2026, 4, 6)
    days = weeks(100, 100, 100, 100, last=2, day=easter)
    assert unusual(days, "2026-04-07 09:00", "England") == []
    assert Finding.FEW in {found.finding for found in unusual(days, "2026-04-07 09:00", "Scotland")}
    after = date(2026, 4, 13)
    five = weeks(2, 100, 100, 100, 100, last=10, day=after)
    assert unusual(five, "2026-04-14 09:00", "England") == [Found(Finding.FEW, after, 10, 100.0, 10)]
    assert unusual(five[1:], "2026-04-14 09:00", "England") == unusual(five, "2026-04-14 09:00", "England")
    of_four_one_was_easter = weeks(2, 100, 100, 100, last=10, day=after)
    assert unusual(of_four_one_was_easter, "2026-04-14 09:00", "England") == []


@pytest.mark.parametrize(
    ("usual", "rejected", "is_found"),
    [(0, 10, False), (0, 11, True), (10, 30, False), (10, 31, True), (50, 100, False)],
)
def test_rejected_rows_are_many_over_a_tenth_and_over_three_times_the_usual(usual, rejected, is_found):
    before = [Came(MONDAY - timedelta(days=n), 100, 100 - usual, usual) for n in range(1, 6)]
    days = [*before, Came(MONDAY, 100, 100 - rejected, rejected)]
    found = [each for each in unusual(days) if each.finding is Finding.REJECTED]
    assert found == ([Found(Finding.REJECTED, MONDAY, rejected, usual / 100, 100)] if is_found else [])


def test_of_a_handful_of_rows_no_share_is_judged():
    assert unusual([Came(MONDAY, 9, 0, 9)]) == []
    assert unusual([Came(MONDAY, 10, 0, 10)]) != []
