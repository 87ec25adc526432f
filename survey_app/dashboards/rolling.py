"""Twelve months, again and again: what a line shows where even quarters are too thin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from survey_app.kernel.periods import ONE_DAY, Period
from survey_app.measures.figures import Figure
from survey_app.measures.of_parts import without_value
from survey_app.statistics.suppression import is_suppressed

FEWEST_QUARTERS = 4  # in a shorter period there would be no line


def windows(quarters: Sequence[Period], since: date) -> list[Period]:
    """The twelve months up to the end of each quarter; none that begins before the month of the first answer."""
    found = [Period.between(_a_year_before(quarter.last), quarter.last) for quarter in quarters]
    return [window for window in found if window.first >= since.replace(day=1)]


def _a_year_before(last: date) -> date:
    """The day on which the twelve months to the end of a month begin."""
    return (last + ONE_DAY).replace(year=(last + ONE_DAY).year - 1)


def without_small_steps(line: Sequence[Figure], months: Mapping[date, int]) -> list[Figure]:
    """The same line without a window that differs from the last one shown by 1 to 9 answers: these could be had by
    subtraction. `months` are the answers of each month, by its first day."""
    shown: list[Figure] = []
    last: Figure | None = None
    for figure in line:
        if last is not None and is_suppressed(_apart(last.period, figure.period, months)):
            shown.append(without_value(figure))
            continue
        shown.append(figure)
        last = last if figure.value is None else figure
    return shown


def _apart(one: Period, other: Period, months: Mapping[date, int]) -> int:
    """The answers that are in one window and not in the other."""
    return sum(
        base for day, base in months.items() if (one.first <= day <= one.last) is not (other.first <= day <= other.last)
    )
