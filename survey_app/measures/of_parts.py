"""Which figures of one part of the council may be shown, where the rule of ten is not enough. Source: MEASURES.md 4.1.

A group of customers: neither the numerator nor what is left of the base may be 1 to 4, nor may that be had from the
total of the same line. A team: a figure on fewer than 30 answers says more of a few days than of who worked them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from survey_app.measures.definitions import Unit
from survey_app.measures.figures import Figure, Previous
from survey_app.statistics.suppression import INDICATIVE_BELOW, is_suppressed
from survey_app.statistics.table_suppression import SMALL_BELOW
from survey_app.statistics.target_status import Status

TEAM_BASE = INDICATIVE_BELOW
Counts = tuple[int, int]  # in the numerator, and the rest of the base


def for_group(line: Sequence[Figure]) -> list[Figure]:
    """The figures of one breakdown of a customer group, or of all groups, beside their total.

    What the hidden ones add up to is itself no small count, and of two at least, as for the rule of ten.
    """
    counts = [_counts(figure) for figure in line]
    hidden = {n for n, figure in enumerate(line) if figure.suppressed or _is_small(counts[n])}
    smallest_first = sorted((figure.base, n) for n, figure in enumerate(line) if figure.base and n not in hidden)
    if len(line) > 1:
        for _, n in smallest_first:
            added = [counts[each] for each in hidden]
            if not hidden or (len(hidden) > 1 and not _is_small((sum(x for x, _ in added), sum(y for _, y in added)))):
                break
            hidden.add(n)
    return [without_value(figure) if n in hidden else _previous_guarded(figure) for n, figure in enumerate(line)]


def for_team(line: Sequence[Figure]) -> list[Figure]:
    """The figures of a team: those on fewer than 30 answers are not shown."""
    return [
        without_value(figure) if 0 < figure.base < TEAM_BASE else _previous_from(figure, TEAM_BASE) for figure in line
    ]


def without_value(figure: Figure) -> Figure:
    """The same figure hidden: its base stays, and all else that it could be worked out from goes."""
    return replace(
        figure,
        value=None,
        numerator=None,
        low=None,
        high=None,
        suppressed=True,
        indicative=False,
        status=Status.SUPPRESSED,
        previous=replace(figure.previous, value=None),
        change=None,
        not_compared=None,
        by_value={},
        outside={},
    )


def _counts(figure: Figure) -> Counts:
    """Of one that is hidden already nothing is known here: half of its base stands for it."""
    if figure.measure.unit is not Unit.SHARE or figure.numerator is None:
        return figure.base // 2, figure.base - figure.base // 2
    return figure.numerator, figure.base - figure.numerator


def _is_small(counts: Counts) -> bool:
    return is_suppressed(sum(counts)) or any(0 < n < SMALL_BELOW for n in counts)


def _previous_guarded(figure: Figure) -> Figure:
    previous = figure.previous
    if previous.value is None or figure.measure.unit is not Unit.SHARE:
        return figure
    x = round(previous.value * previous.base)
    return _without_previous(figure) if _is_small((x, previous.base - x)) else figure


def _previous_from(figure: Figure, least: int) -> Figure:
    return _without_previous(figure) if 0 < figure.previous.base < least else figure


def _without_previous(figure: Figure) -> Figure:
    previous = Previous(None, figure.previous.base, figure.previous.period)
    return replace(figure, previous=previous, change=None)
