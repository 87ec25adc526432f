"""A council of a scenario keeps the days and hours of one in England."""

from __future__ import annotations

from datetime import date, time

import pytest

from survey_app.demo.allocation import seeded
from survey_app.demo.opening import counter_time, is_working_day, leisure_time, working_days_after
from survey_app.kernel.clock import LONDON


@pytest.mark.parametrize(
    "closed",
    [
        date(2024, 3, 29),  # Good Friday
        date(2025, 4, 21),  # Easter Monday
        date(2025, 5, 5),
        date(2025, 5, 26),
        date(2025, 8, 25),
        date(2025, 12, 25),
        date(2025, 12, 26),
        date(2026, 4, 3),
        date(2021, 12, 27),  # Christmas Day and Boxing Day moved off the weekend
        date(2021, 12, 28),
        date(2022, 12, 27),
        date(2022, 1, 3),
        date(2025, 6, 7),  # a Saturday
    ],
)
def test_the_council_is_closed_on_weekends_and_bank_holidays(closed: date) -> None:
    assert not is_working_day(closed)


def test_an_ordinary_weekday_is_a_working_day() -> None:
    assert is_working_day(date(2025, 4, 22))


def test_working_days_are_counted_over_easter() -> None:
    assert working_days_after(date(2025, 4, 17), 1) == date(2025, 4, 22)
    assert working_days_after(date(2025, 4, 17), 0) == date(2025, 4, 17)


@pytest.mark.parametrize("day", [date(2025, 1, 15), date(2025, 7, 15), date(2025, 3, 30)])
def test_hours_are_those_of_london_in_winter_and_summer(day: date) -> None:
    rng = seeded("hours")
    at_the_counter = [counter_time(rng, day).astimezone(LONDON) for _ in range(300)]
    at_home = [leisure_time(rng, day).astimezone(LONDON) for _ in range(300)]

    assert {moment.date() for moment in at_the_counter + at_home} == {day}
    assert min(at_the_counter).time() >= time(9)
    assert max(at_the_counter).time() < time(17)
    assert min(at_home).time() >= time(7, 30)
