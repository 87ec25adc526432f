"""How old an element's newest evidence is, in words and in three steps: fresh, ageing, out of date."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from survey_app.evidence.thresholds import Thresholds


class Age(StrEnum):
    FRESH = "fresh"
    AGEING = "ageing"
    STALE = "stale"
    NONE = "none"  # there is no evidence


@dataclass(frozen=True)
class Freshness:
    """`months` are full ones since the day of the newest evidence; None without evidence."""

    age: Age
    months: int | None = None
    newest: date | None = None

    @property
    def words(self) -> str:
        """This month, 1 month, 13 months; no evidence."""
        match self.months:
            case None:
                return "no evidence"
            case 0:
                return "this month"
            case 1:
                return "1 month"
        return f"{self.months} months"

    @property
    def meaning(self) -> str:
        """What the shape beside the words says."""
        return {Age.FRESH: "fresh", Age.AGEING: "ageing", Age.STALE: "out of date", Age.NONE: "missing"}[self.age]


def freshness_of(newest: date | None, today: date, thresholds: Thresholds) -> Freshness:
    """How fresh the newest evidence is. A day that lies ahead counts as today."""
    if newest is None:
        return Freshness(Age.NONE)
    months = full_months(newest, today)
    if months >= thresholds.stale_months:
        age = Age.STALE
    else:
        age = Age.AGEING if months >= thresholds.ageing_months else Age.FRESH
    return Freshness(age, months, newest)


def full_months(first: date, last: date) -> int:
    """Calendar months that have passed; of the 31st, one has passed on the last day of a shorter month."""
    months = (last.year - first.year) * 12 + last.month - first.month
    if last.day < min(first.day, calendar.monthrange(last.year, last.month)[1]):
        months -= 1
    return max(0, months)
