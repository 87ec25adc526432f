"""Working days: Monday to Friday without the bank holidays of one nation of the United Kingdom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

from holidays import country_holidays

ONE_DAY = timedelta(days=1)
SATURDAY = 5
SUBDIVISIONS = {"England": "ENG", "Wales": "WLS", "Scotland": "SCT", "Northern Ireland": "NIR"}


def is_working_day(day: date, nation: str) -> bool:
    """Neither a weekend nor a bank holiday there."""
    return day.weekday() < SATURDAY and day not in bank_holidays(nation, day.year)


@lru_cache(maxsize=4096)  # of a day's thousands of contacts many are closed on the same days
def working_days(first: date, last: date, nation: str) -> int:
    """How many working days it took from one day to another: those after the first, up to and with the last.

    The same day is 0; so is a weekend or a holiday after it. A last day before the first gives 0 as well.
    """
    span = (last - first).days
    if span <= 0:
        return 0
    weeks, rest = divmod(span, 7)
    start = first + timedelta(weeks=weeks)
    weekdays = weeks * 5 + sum((start + n * ONE_DAY).weekday() < SATURDAY for n in range(1, rest + 1))
    years = range(first.year, last.year + 1)
    return weekdays - sum(first < day <= last for year in years for day in bank_holidays(nation, year))


def after_working_days(first: date, days: int, nation: str) -> date:
    """The day by which something is done that was promised within so many working days after `first`.

    The inverse of `working_days`: the earliest day that is that many working days later.
    """
    last = first
    for _ in range(days):
        last += ONE_DAY
        while not is_working_day(last, nation):
            last += ONE_DAY
    return last


def before_working_day(day: date, nation: str) -> date:
    """The last working day before this one."""
    return last_working_day(day - ONE_DAY, nation)


def last_working_day(day: date, nation: str) -> date:
    """This day where it is a working day, else the last one before it."""
    while not is_working_day(day, nation):
        day -= ONE_DAY
    return day


def is_bank_holiday(day: date, nation: str) -> bool:
    """A bank holiday there; also Christmas Day and its like on a weekend, though another day is off in their stead."""
    return day in _holidays(nation, day.year)


def next_bank_holiday(day: date, nation: str) -> tuple[date, str]:
    """The first one after a day, with its name."""
    coming = {**_holidays(nation, day.year), **_holidays(nation, day.year + 1)}
    first = min(found for found in coming if found > day)
    return first, coming[first]


@lru_cache(maxsize=512)
def bank_holidays(nation: str, year: int) -> frozenset[date]:
    """The bank holidays of England, Wales, Scotland or Northern Ireland that fall on Monday to Friday."""
    return frozenset(day for day in _holidays(nation, year) if day.weekday() < SATURDAY)


@lru_cache(maxsize=512)
def _holidays(nation: str, year: int) -> Mapping[date, str]:
    found = country_holidays("GB", subdiv=SUBDIVISIONS[nation], years=year)
    return MappingProxyType({day: name for day, name in sorted(found.items()) if day.year == year})
