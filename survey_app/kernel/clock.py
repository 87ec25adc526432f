"""Instants are UTC, days are London days. Rules take the time as an argument; only the edges ask `utc_now`."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def utc_now() -> datetime:
    """The only place that reads the clock."""
    return datetime.now(UTC)


def london_day(instant: datetime) -> date:
    """The London day that an instant belongs to. Refuses a naive time: nobody could say which instant it is."""
    if instant.utcoffset() is None:
        raise ValueError("an instant needs its time zone")
    return instant.astimezone(LONDON).date()


def day_starts_at(day: date) -> datetime:
    """00:00 in London on that day, as UTC: the first instant of the day."""
    return datetime.combine(day, time.min, LONDON).astimezone(UTC)


def noon_of(day: date) -> datetime:
    """12:00 in London on that day, as UTC: what stands for a time of which only the day is kept."""
    return datetime.combine(day, time(12), LONDON).astimezone(UTC)


def day_ends_at(day: date) -> datetime:
    """00:00 in London on the next day, as UTC: the first instant that is no longer in the day."""
    return day_starts_at(day + timedelta(days=1))
