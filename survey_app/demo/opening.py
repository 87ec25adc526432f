"""When a council of a scenario is open: working days in England, and the hours in which people get in touch."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random

from survey_app.kernel.clock import LONDON

ONE_DAY = timedelta(days=1)


@cache
def is_working_day(day: date) -> bool:
    """Monday to Friday, without the bank holidays of England that come back each year."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def working_days_after(day: date, count: int) -> date:
    """The `count`-th working day after `day`; 0 is the day itself."""
    while count > 0:
        day += ONE_DAY
        count -= is_working_day(day)
    return day


def counter_time(rng: Random, day: date) -> datetime:
    """Between 9:00 and 17:00 in London, most around eleven."""
    return _at(day, rng.triangular(9, 17, 11))


def leisure_time(rng: Random, day: date) -> datetime:
    """When people are at their own screen: from half past seven in the morning to near midnight, most after work."""
    return _at(day, rng.triangular(7.5, 23.5, 18.5))


def _at(day: date, hour: float) -> datetime:
    seconds = int(hour * 3600)
    clock = time(seconds // 3600, seconds // 60 % 60, seconds % 60)
    return datetime.combine(day, clock, LONDON).astimezone(UTC)


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    easter = _easter(year)
    return frozenset(
        {
            _moved_off_the_weekend(date(year, 1, 1)),
            easter - 2 * ONE_DAY,
            easter + ONE_DAY,
            _monday_from(date(year, 5, 1)),
            _monday_from(date(year, 5, 25)),
            _monday_from(date(year, 8, 25)),
            *_christmas(year),
        }
    )


def _christmas(year: int) -> tuple[date, date]:
    first = _moved_off_the_weekend(date(year, 12, 25))
    second = _moved_off_the_weekend(date(year, 12, 26))
    return first, second + ONE_DAY if second == first else second


def _moved_off_the_weekend(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() >= 5 else day


def _monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def _easter(year: int) -> date:
    """Easter Sunday: the Sunday after the full moon on or after 21 March, by the Gregorian tables (1900 to 2199)."""
    moon = (19 * (year % 19) + 24) % 30
    moon -= moon == 29 or (moon == 28 and year % 19 > 10)
    full_moon = date(year, 3, 21) + timedelta(days=moon)
    return full_moon + timedelta(days=7 - (full_moon.weekday() + 1) % 7)
