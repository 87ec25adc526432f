"""When is a feed of contacts late, and when does it bring what is far from usual?

A rule for the owner of the data, who can look and mend: it says what it saw, once, and nothing of residents.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median

from survey_app.kernel.clock import day_ends_at, day_starts_at, london_day
from survey_app.kernel.working_days import SATURDAY, is_working_day

GRACE_HOURS = 10  # unless somebody says otherwise
WEEKS = 8  # how far back "usual" looks
FEWEST_DAYS = 4  # of the same weekday; with fewer nothing is called usual
FURTHEST = 2  # twice the usual, or half of it
REJECTED_SHARE = 0.1
REJECTED_TIMES = 3
FEWEST_ROWS = 10  # of fewer no share is judged
ONE_DAY = timedelta(days=1)


class Finding(StrEnum):
    """What can be wrong with a feed."""

    LATE = "late"
    FEW = "few"
    MANY = "many"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often something is expected: at least every so many hours, or (None) on every working day."""

    expected_hours: int | None
    grace_hours: int
    nation: str


@dataclass(frozen=True, slots=True)
class Came:
    """What came on one London day."""

    day: date
    read: int
    accepted: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that is wrong. `came` and `usual` are contacts; of REJECTED, rows and a share of those `read`."""

    finding: Finding
    day: date
    came: int = 0
    usual: float | None = None
    read: int = 0


def judge(days: Sequence[Came], *, last_at: datetime, now: datetime, rhythm: Rhythm) -> list[Found]:
    """All that is wrong with a feed now, at most one of each kind.

    `last_at` is when something last came, or since when it is waited for. `days` are those on which something came,
    in any order. Judged is the last of them that is over: a day on which nothing came is late or is nothing.
    """
    found = []
    if now >= late_at(last_at, rhythm):
        found.append(Found(Finding.LATE, expected_on(last_at, rhythm)))
    usual_days = [came for came in days if came.day < london_day(now) and not _is_bank_holiday(came.day, rhythm.nation)]
    if usual_days:
        last = max(usual_days, key=lambda came: came.day)
        found += _unusual(last, [came for came in usual_days if came.day < last.day])
    return found


def expected_on(last_at: datetime, rhythm: Rhythm) -> date:
    """The London day on which the next contacts are expected at the latest."""
    if rhythm.expected_hours is None:
        return _next_working_day(london_day(last_at), rhythm.nation)
    return london_day(_after_working_hours(last_at, timedelta(hours=rhythm.expected_hours), rhythm.nation))


def late_at(last_at: datetime, rhythm: Rhythm) -> datetime:
    """From when on a feed is late of which something last came at `last_at`.

    Every working day: when a whole working day has gone by without anything, and so many hours of the next one.
    Every so many hours: when these and the grace have gone by, hours of other than working days left out.
    """
    grace = timedelta(hours=rhythm.grace_hours)
    if rhythm.expected_hours is None:
        expected = expected_on(last_at, rhythm)
        return day_starts_at(_next_working_day(expected, rhythm.nation)) + grace
    return _after_working_hours(last_at, timedelta(hours=rhythm.expected_hours) + grace, rhythm.nation)


def usual_accepted(day: date, days: Sequence[Came]) -> float | None:
    """The median of what was accepted on the same weekday in the 8 weeks before; None of fewer than 4 such days."""
    same = [came.accepted for came in _before(day, days) if came.day.weekday() == day.weekday()]
    return float(median(same)) if len(same) >= FEWEST_DAYS else None


def usual_rejected(day: date, days: Sequence[Came]) -> float:
    """The share of rows that were rejected in the 8 weeks before; 0 when there were none."""
    before = _before(day, days)
    read = sum(came.read for came in before)
    return sum(came.rejected for came in before) / read if read else 0.0


def _unusual(last: Came, before: Sequence[Came]) -> list[Found]:
    found = []
    usual = usual_accepted(last.day, before)
    if usual is not None:
        if last.accepted * FURTHEST < usual:
            found.append(Found(Finding.FEW, last.day, last.accepted, usual, last.read))
        elif last.accepted > usual * FURTHEST:
            found.append(Found(Finding.MANY, last.day, last.accepted, usual, last.read))
    share = usual_rejected(last.day, before)
    limit = max(REJECTED_SHARE, REJECTED_TIMES * share)
    if last.read >= FEWEST_ROWS and last.rejected / last.read > limit:
        found.append(Found(Finding.REJECTED, last.day, last.rejected, share, last.read))
    return found


def _before(day: date, days: Sequence[Came]) -> list[Came]:
    return [came for came in days if day - WEEKS * 7 * ONE_DAY <= came.day < day]


def _is_bank_holiday(day: date, nation: str) -> bool:
    """A weekday on which little is usual, and which says nothing of other weeks."""
    return day.weekday() < SATURDAY and not is_working_day(day, nation)


def _next_working_day(day: date, nation: str) -> date:
    day += ONE_DAY
    while not is_working_day(day, nation):
        day += ONE_DAY
    return day


def _after_working_hours(start: datetime, span: timedelta, nation: str) -> datetime:
    """The instant at which so much time of working days, midnight to midnight, has gone by since `start`."""
    at = start
    while True:
        day = london_day(at)
        ends_at = day_ends_at(day)
        if is_working_day(day, nation):
            if span <= ends_at - at:
                return at + span
            span -= ends_at - at
        at = ends_at
