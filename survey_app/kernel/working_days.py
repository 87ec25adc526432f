"""Working days: Monday to Friday without the bank holidays of one nation. Source: GOV.UK, UK bank holidays.

The yearly ones follow from the calendar; those of one year alone, and days that were moved, stand in two lists.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_MONDAY = 0

# What was given once, or on another day than usual.
_GIVEN = {
    2002: {(6, 3), (6, 4)},  # Golden Jubilee, and the spring holiday beside it
    2011: {(4, 29)},
    2012: {(6, 4), (6, 5)},
    2020: {(5, 8)},  # early May moved to VE Day
    2022: {(6, 2), (6, 3), (9, 19)},
    2023: {(5, 8)},
}
_GIVEN_IN = {("Scotland", 2026): {(6, 15)}}  # after Scotland's first match of the World Cup
_TAKEN = {2002: {(5, 27)}, 2012: {(5, 28)}, 2020: {(5, 4)}, 2022: {(5, 30)}}


def working_days(first: date, last: date, nation: str) -> int:
    """How many working days it took from one day to another: those after the first, up to and with the last.

    The same day is 0; so is a weekend or a holiday after it. A last day before the first gives 0 as well.
    """
    span = (last - first).days
    if span <= 0:
        return 0
    weeks, rest = divmod(span, 7)
    start = first + timedelta(weeks=weeks)
    weekdays = weeks * 5 + sum((start + n * ONE_DAY).weekday() < _SATURDAY for n in range(1, rest + 1))
    years = range(first.year, last.year + 1)
    return weekdays - sum(first < day <= last for year in years for day in bank_holidays(nation, year))


@lru_cache(maxsize=512)
def bank_holidays(nation: str, year: int) -> frozenset[date]:
    """The bank holidays of England, Wales, Scotland or Northern Ireland that fall on Monday to Friday."""
    easter = _easter(year)
    days = {
        *_new_year(nation, year),
        easter - 2 * ONE_DAY,
        _monday(year, 5),
        _last_monday(year, 5),
        _monday(year, 8) if nation == "Scotland" else _last_monday(year, 8),
        *_next_working([date(year, 12, 25), date(year, 12, 26)]),
    }
    if nation == "Scotland":
        days |= set(_next_working([date(year, 11, 30)]))
    else:
        days.add(easter + ONE_DAY)
    if nation.endswith("Ireland"):
        days |= set(_next_working([date(year, 3, 17)])) | set(_next_working([date(year, 7, 12)]))
    days -= {date(year, month, day) for month, day in _TAKEN.get(year, ())}
    given = {*_GIVEN.get(year, ()), *_GIVEN_IN.get((nation, year), ())}
    days |= {date(year, month, day) for month, day in given}
    return frozenset(days)


def _new_year(nation: str, year: int) -> list[date]:
    days = [date(year, 1, 1), date(year, 1, 2)] if nation == "Scotland" else [date(year, 1, 1)]
    return _next_working(days)


def _next_working(days: list[date]) -> list[date]:
    """Each day, or the next weekday that none of the others takes."""
    taken: list[date] = [day for day in days if day.weekday() < _SATURDAY]
    for weekend_day in (day for day in days if day.weekday() >= _SATURDAY):
        later = (weekend_day + n * ONE_DAY for n in range(1, 7))
        taken.append(next(day for day in later if day.weekday() < _SATURDAY and day not in taken))
    return taken


def _monday(year: int, month: int) -> date:
    """The first Monday of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(_MONDAY - first.weekday()) % 7)


def _last_monday(year: int, month: int) -> date:
    """Of a month with 31 days."""
    last = date(year, month, 31)
    return last - timedelta(days=last.weekday())


def _easter(year: int) -> date:
    """Easter Sunday. Source: the Gregorian computus as printed by Meeus, Jones and Butcher."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    f = (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    el = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * el) // 451
    month, day = divmod(h + el - 7 * m + 114, 31)
    return date(year, month, day + 1)
