"""Days and times as people and systems write them: ISO 8601, or as in the United Kingdom 31/03/2026, 31 March 2026."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from survey_app.kernel.clock import LONDON

_ISO = re.compile(r"\d{4}-\d\d-\d\d(?!\d)", re.ASCII)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_UK = re.compile(
    r"(?:(?P<day>\d{1,2})/(?P<month>\d{1,2})/|(?P<written_day>\d{1,2})[ -](?P<name>[A-Za-z]{3,9})[ -])(?P<year>\d{4})"
    r"(?:[ T]+(?P<hour>\d{1,2}):(?P<minute>\d\d)(?P<second>:\d\d)?)?"
    r"\s*(?P<offset>Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)


def london_instant(local: datetime) -> datetime:
    """The instant, in UTC, at which clocks in London show `local` (which has no zone).

    A time that occurs twice when summer time ends is the first of the two; one that does not exist when it begins is
    an hour later, which is what a clock that nobody put forward means.
    """
    return local.replace(tzinfo=LONDON, fold=0).astimezone(UTC)


def read_instant(text: str) -> datetime:
    """The instant, in UTC. Without an offset it is London's time; without a time of day it is midnight.

    ValueError when it is not written in one of our ways, or is no time at all.
    """
    try:
        moment = datetime.fromisoformat(_as_iso(text))
        return london_instant(moment) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text} is outside the calendar") from error


def read_day(text: str) -> date:
    """The day. ValueError when it is not written in one of our ways, has a time beside it, or is no day."""
    return date.fromisoformat(_as_iso(text))


def _as_iso(text: str) -> str:
    text = text.strip()
    if _ISO.match(text):
        return text
    found = _UK.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is neither YYYY-MM-DD nor dd/mm/yyyy nor a day with its month in words")
    month = _month_called(found["name"].casefold()) if found["name"] else int(found["month"])
    day = f"{found['year']}-{month:02}-{int(found['day'] or found['written_day']):02}"
    if found["hour"] is None:
        return day
    return f"{day}T{int(found['hour']):02}:{found['minute']}{found['second'] or ''}{found['offset'] or ''}"


def _month_called(name: str) -> int:
    """Its whole name or how it begins: april, apr, sept."""
    for number, month in enumerate(_MONTHS, start=1):
        if month.startswith(name):
            return number
    raise ValueError(f"{name!r} is no month")
