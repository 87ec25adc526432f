"""When a council of a scenario is open: working days in England, and the hours in which people get in touch."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random

from survey_app.kernel import working_days
from survey_app.kernel.clock import LONDON

ONE_DAY = timedelta(days=1)


@cache
def is_working_day(day: date) -> bool:
    """In England, where the councils of all scenarios lie."""
    return working_days.is_working_day(day, "England")


@cache
def is_open(day: date, *, has_saturdays: bool = False) -> bool:
    """Whether the council answers calls on a day: on working days, and on Saturdays where it does, but for holidays."""
    is_saturday = day.weekday() == working_days.SATURDAY
    return is_working_day(day) or (has_saturdays and is_saturday and not working_days.is_bank_holiday(day, "England"))


@cache
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
