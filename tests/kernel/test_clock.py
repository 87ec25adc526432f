from datetime import UTC, date, datetime, timedelta

import pytest

from survey_app.kernel.clock import day_ends_at, day_starts_at, london_day, utc_now


def test_now_is_in_utc():
    assert utc_now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2025, 3, 31, 22, 59, 59, tzinfo=UTC), date(2025, 3, 31)),
        (datetime(2025, 3, 31, 23, 0, tzinfo=UTC), date(2025, 4, 1)),
        (datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC), date(2025, 12, 31)),
    ],
)
def test_an_instant_belongs_to_the_day_that_london_has_then(instant, day):
    assert london_day(instant) == day


def test_both_passes_of_the_repeated_hour_belong_to_the_same_day():
    assert {london_day(datetime(2025, 10, 26, hour, 30, tzinfo=UTC)) for hour in (0, 1)} == {date(2025, 10, 26)}


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        london_day(datetime(2025, 4, 1, 12, 0))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2025, 3, 30), 23), (date(2025, 10, 26), 25), (date(2025, 6, 1), 24), (date(2025, 1, 1), 24)],
)
def test_a_day_has_23_or_25_hours_when_the_clocks_change(day, hours):
    assert day_ends_at(day) - day_starts_at(day) == timedelta(hours=hours)


def test_a_summer_day_starts_at_eleven_in_the_evening_utc():
    assert day_starts_at(date(2025, 4, 1)) == datetime(2025, 3, 31, 23, 0, tzinfo=UTC)
    assert day_starts_at(date(2025, 4, 1)).utcoffset() == timedelta(0)
