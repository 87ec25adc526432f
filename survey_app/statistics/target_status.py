"""Is a target met? Each side of the answer errs at most about 2.5% of the time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from survey_app.statistics.distributions import ALPHA, binomial_lower_tail
from survey_app.statistics.intervals import Interval, wilson_interval
from survey_app.statistics.rounding import Number, exact
from survey_app.statistics.suppression import is_suppressed


class Comparator(StrEnum):
    AT_LEAST = "at_least"
    OVER = "over"


class Status(StrEnum):
    MET_WITH_CONFIDENCE = "met_with_confidence"
    MET = "met"
    NOT_PROVEN = "not_proven"
    MISSED = "missed"
    NO_TARGET = "no_target"
    SUPPRESSED = "suppressed"


@dataclass(frozen=True)
class Target:
    """In the unit of the measure (a share 0 to 1). Where lower is better, at_least means at most, over means under."""

    value: Number
    comparator: Comparator = Comparator.AT_LEAST
    lower_is_better: bool = False


def share_status(numerator: int, base: int, target: Target | None) -> Status | None:
    """Of a share; None without answers.

    "Missed" needs the exact binomial tail at the target beside the interval: Wilson alone would say it far too often
    when the target is near 100% and the base is small.
    """
    if target is not None and target.lower_is_better:
        mirrored = replace(target, value=1 - exact(target.value), lower_is_better=False)
        return share_status(base - numerator, base, mirrored)
    if settled := _before_judging(base, target):
        return settled
    if base == 0 or target is None:
        return None
    status = _judge(Fraction(numerator, base), wilson_interval(numerator, base), target)
    if status is Status.MISSED and binomial_lower_tail(numerator, base, float(target.value)) > ALPHA / 2:
        return Status.NOT_PROVEN
    return status


def interval_status(value: Number, interval: Interval, base: int, target: Target | None) -> Status | None:
    """Of a mean, a net share or a median, by its interval alone; None without answers."""
    if target is not None and target.lower_is_better:
        mirrored = replace(target, value=-exact(target.value), lower_is_better=False)
        return interval_status(-value, Interval(-interval.high, -interval.low), base, mirrored)
    if settled := _before_judging(base, target):
        return settled
    if base == 0 or target is None:
        return None
    return _judge(Fraction(value), interval, target)


def _before_judging(base: int, target: Target | None) -> Status | None:
    if is_suppressed(base):
        return Status.SUPPRESSED
    return Status.NO_TARGET if base and target is None else None


def _judge(value: Fraction, interval: Interval, target: Target) -> Status:
    goal = exact(target.value)
    reached = value > goal if target.comparator is Comparator.OVER else value >= goal
    if reached:
        return Status.MET_WITH_CONFIDENCE if interval.low >= goal else Status.MET
    return Status.MISSED if interval.high < goal else Status.NOT_PROVEN
