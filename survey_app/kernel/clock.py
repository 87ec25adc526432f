"""Instants in UTC, days in London."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


def utc_now() -> datetime:
    """The only place that reads the clock. Rules take the time as an argument."""
    return datetime.now(UTC)


def london_day(instant: datetime) -> date:
    """The day it was in London at this instant."""
    return instant.astimezone(LONDON).date()


def london_midnight(day: date) -> datetime:
    """The instant at which this London day begins, in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)
