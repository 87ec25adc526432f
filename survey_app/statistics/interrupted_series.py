"""Did a monthly share step up or turn when something changed? A second opinion beside the comparison of two windows.

One line before and one after, fitted together by weighted least squares. Season is not in the model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

from survey_app.statistics.distributions import t_quantile, t_two_sided
from survey_app.statistics.intervals import Interval

MONTHS_BEFORE, MONTHS_AFTER = 12, 6  # at least
SMALLEST_MONTH = 30
INDEPENDENT = (1.2, 2.8)  # Durbin-Watson within it: one month says little about the next
TERMS = 4


class NoSeries(ValueError):
    """These months cannot carry the model; the text says why."""


class Month(NamedTuple):
    numerator: int
    base: int


class Term(NamedTuple):
    """One coefficient, as a share; the slopes are a share a month."""

    estimate: float
    standard_error: float
    interval: Interval
    p_value: float


@dataclass(frozen=True)
class InterruptedSeries:
    """`level` is the line at the first month, `step` the jump in the first month after the change."""

    level: Term
    slope: Term
    step: Term
    slope_change: Term
    durbin_watson: float

    @property
    def is_usable(self) -> bool:
        """The intervals hold only where months are about independent."""
        return INDEPENDENT[0] <= self.durbin_watson <= INDEPENDENT[1]


def interrupted_series(months: Sequence[Month], first_after: int) -> InterruptedSeries:
    """Fit consecutive months; the one at place `first_after` is the first after the change.

    Weights are the bases, so the normal equations hold whole numbers only and are solved exactly. NoSeries where there
    are too few months or answers, or the months lie on the lines without any spread. Source: MEASURES.md 9.5.
    """
    if first_after < MONTHS_BEFORE or len(months) - first_after < MONTHS_AFTER:
        raise NoSeries(f"it needs {MONTHS_BEFORE} months before the change and {MONTHS_AFTER} after it")
    if min(month.base for month in months) < SMALLEST_MONTH:
        raise NoSeries(f"a month has fewer than {SMALLEST_MONTH} answers")
    rows = [_row(t, first_after) for t in range(len(months))]
    inverse = _inverse([[_weighted(months, rows, i, j) for j in range(TERMS)] for i in range(TERMS)])
    totals = [sum(row[i] * month.numerator for row, month in zip(rows, months, strict=True)) for i in range(TERMS)]
    estimates = [sum(a * b for a, b in zip(line, totals, strict=True)) for line in inverse]
    residuals = [
        sqrt(month.base) * float(Fraction(*month) - sum(a * b for a, b in zip(estimates, row, strict=True)))
        for row, month in zip(rows, months, strict=True)
    ]
    squares = sum(residual**2 for residual in residuals)
    if squares == 0:
        raise NoSeries("the months lie on the lines without any spread")
    freedom = len(months) - TERMS
    errors = [sqrt(inverse[i][i] * squares / freedom) for i in range(TERMS)]
    watson = sum((after - before) ** 2 for before, after in pairwise(residuals)) / squares
    level, slope, step, slope_change = (
        _term(float(estimate), error, freedom) for estimate, error in zip(estimates, errors, strict=True)
    )
    return InterruptedSeries(level, slope, step, slope_change, watson)


def _row(t: int, first_after: int) -> tuple[int, int, int, int]:
    is_after = int(t >= first_after)
    return 1, t, is_after, (t - first_after) * is_after


def _weighted(months: Sequence[Month], rows: Sequence[tuple[int, ...]], i: int, j: int) -> int:
    return sum(month.base * row[i] * row[j] for row, month in zip(rows, months, strict=True))


def _term(estimate: float, error: float, freedom: int) -> Term:
    reach = t_quantile(freedom) * error
    return Term(estimate, error, Interval(estimate - reach, estimate + reach), t_two_sided(estimate / error, freedom))


def _inverse(matrix: Sequence[Sequence[int]]) -> list[list[Fraction]]:
    """Of a positive definite matrix, exactly, by Gauss-Jordan: no pivot can be zero."""
    size = len(matrix)
    work = [[*map(Fraction, row), *(Fraction(i == j) for j in range(size))] for i, row in enumerate(matrix)]
    for i in range(size):
        work[i] = [value / work[i][i] for value in work[i]]
        for k in range(size):
            if k != i:
                work[k] = [value - work[k][i] * pivot for value, pivot in zip(work[k], work[i], strict=True)]
    return [row[size:] for row in work]
