"""When a digest goes out, and which days it is about.

Weekly on Mondays, about the week before; monthly on the third working day, about the month before. Both at 07:30.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from survey_app.dashboards.models import Rhythm
from survey_app.kernel.clock import LONDON
from survey_app.kernel.periods import ONE_DAY, Period
from survey_app.kernel.working_days import after_working_days

AT = time(7, 30)  # in London: it is there when people begin
WORKING_DAY = 3  # of a month
WEEK = timedelta(days=7)
LABELS = {Rhythm.WEEKLY: "Weekly", Rhythm.MONTHLY: "Monthly"}
WHEN = {
    Rhythm.WEEKLY: "every Monday at 7:30am, about the week before",
    Rhythm.MONTHLY: "on the third working day of each month at 7:30am, about the month before",
}


def latest_day(rhythm: Rhythm, day: date, nation: str) -> date:
    """The newest day, up to this one, on which a letter goes."""
    if rhythm is Rhythm.WEEKLY:
        return day - timedelta(days=day.weekday())
    this = _of_month(day, nation)
    return this if this <= day else _of_month(day.replace(day=1) - ONE_DAY, nation)


def next_day(rhythm: Rhythm, after: date, nation: str) -> date:
    """The first day after this one on which a letter goes."""
    if rhythm is Rhythm.WEEKLY:
        return after + WEEK - timedelta(days=after.weekday())
    this = _of_month(after, nation)
    return this if this > after else _of_month(Period.month_of(after).last + ONE_DAY, nation)


def due_at(day: date) -> datetime:
    """The instant of that day at which it goes."""
    return datetime.combine(day, AT, LONDON).astimezone(UTC)


def days_of(rhythm: Rhythm, day: date) -> Period:
    """What a letter of this day is about: the last whole week from Monday to Sunday, or the last whole month."""
    if rhythm is Rhythm.WEEKLY:
        monday = day - timedelta(days=day.weekday())
        return Period.between(monday - WEEK, monday - ONE_DAY)
    return Period.month_of(day.replace(day=1) - ONE_DAY)


def page_period(rhythm: Rhythm, days: Period) -> Period:
    """The period of the figure at the top, which the overview can show: the month itself, and for a week the financial
    year that it lies in, since a week alone is few answers."""
    return days if rhythm is Rhythm.MONTHLY else Period.financial_year_of(days.last)


def _of_month(day: date, nation: str) -> date:
    return after_working_days(day.replace(day=1) - ONE_DAY, WORKING_DAY, nation)
