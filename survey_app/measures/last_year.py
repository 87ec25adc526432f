"""Where did we beat last year? One outcome a figure, from its tested change and a margin set beforehand.

"Maintained" is non-inferiority: the low end of the difference's 95% interval lies above minus the margin (the high end
below the margin where lower is better), so that a fall as large as the margin would be called maintained in at most
2.5% of years. Source: Piaggio and others 2012, CONSORT for noninferiority trials, JAMA 308:2594-2604. It is judged for
each measure alone; "surpassed" and "fell" allow for all comparisons of the page (MEASURES.md 2.6).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from survey_app.kernel.periods import Period
from survey_app.measures.figures import Figure
from survey_app.measures.sentences import Verdict


class Outcome(StrEnum):
    """In the order in which they are told."""

    SURPASSED = "surpassed"
    MAINTAINED = "maintained"
    NOT_SHOWN = "not_shown"
    FELL = "fell"
    NOT_ENOUGH = "not_enough"


@dataclass(frozen=True)
class Margin:
    """How far a measure may fall and still count as maintained, in its own unit, and when that was set."""

    size: float
    set_on: date


@dataclass(frozen=True)
class Judged:
    """A figure with its outcome. `margin` is what it was held to; `margin_after_seeing` that the year had begun."""

    figure: Figure
    outcome: Outcome
    margin: Margin | None
    margin_after_seeing: bool


def margin_for(first: date, margins: Iterable[Margin]) -> Margin | None:
    """The margin of a year that began on `first`: the last one set by then, else the last one set at all."""
    in_order = sorted(margins, key=lambda margin: margin.set_on)
    beforehand = [margin for margin in in_order if margin.set_on <= first]
    return next(iter(reversed(beforehand or in_order)), None)


def judge(figure: Figure, margins: Sequence[Margin]) -> Judged | None:
    """What can be said of a figure against last year; None where there is nothing to compare, or it is hidden."""
    change = figure.change
    if change is None or not figure.previous.base:
        return None
    margin = margin_for(figure.period.first, margins)
    outcome = {
        Verdict.IMPROVED: Outcome.SURPASSED,
        Verdict.FELL: Outcome.FELL,
        Verdict.NOT_ENOUGH: Outcome.NOT_ENOUGH,
    }.get(change.verdict)
    if outcome is None:
        is_maintained = margin is not None and _is_within(figure, margin)
        outcome = Outcome.MAINTAINED if is_maintained else Outcome.NOT_SHOWN
    return Judged(figure, outcome, margin, margin is not None and margin.set_on > figure.period.first)


def _is_within(figure: Figure, margin: Margin) -> bool:
    change = figure.change
    if change is None or change.low is None or change.high is None:
        return False
    return change.high < margin.size if figure.measure.lower_is_better else change.low > -margin.size


def settled_part(year: Period, is_provisional: Callable[[Period], bool]) -> Period | None:
    """The year to date: from its first day to the last day of the last month before any that may still fill.

    The whole year once none may; None while its first month still may. Source: MEASURES.md 8.3.
    """
    settled: list[Period] = []
    for month in year.split("month"):
        if is_provisional(month):
            break
        settled.append(month)
    return Period.between(year.first, settled[-1].last) if settled else None
