"""The share of follow-ups that were closed in time, with its interval; hidden when it is of fewer than 10."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from survey_app.actions.followups.due import is_late
from survey_app.kernel.periods import Period
from survey_app.statistics.intervals import Interval, wilson_interval
from survey_app.statistics.suppression import is_suppressed


@dataclass(frozen=True)
class Closing:
    """By when one follow-up was to be closed, and on which London day it was."""

    close_due_on: date
    closed_on: date | None


@dataclass(frozen=True)
class InTime:
    """Of the follow-ups opened in a period that are closed or late: how many were closed in time."""

    period: Period
    base: int
    closed_in_time: int

    @property
    def is_hidden(self) -> bool:
        return is_suppressed(self.base)

    @property
    def share(self) -> Fraction | None:
        """None without any, and where it is hidden."""
        return None if self.is_hidden or not self.base else Fraction(self.closed_in_time, self.base)

    @property
    def interval(self) -> Interval | None:
        """95%, Wilson."""
        return None if self.share is None else wilson_interval(self.closed_in_time, self.base)


def in_time(period: Period, closings: Iterable[Closing], today: date, nation: str) -> InTime:
    """What is open and not yet late counts on neither side: nobody knows how it will end."""
    judged = [
        not is_late(each.close_due_on, each.closed_on or today, nation)
        for each in closings
        if each.closed_on is not None or is_late(each.close_due_on, today, nation)
    ]
    return InTime(period, len(judged), sum(judged))
