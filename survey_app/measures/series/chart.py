"""A series of others as a control chart sees it, and in words what may be said of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.kernel.periods import Period
from survey_app.measures.series.line import SeriesUnit
from survey_app.statistics.control_charts import (
    Assurance,
    ChartKind,
    ControlChart,
    Improvement,
    Observation,
    Variation,
    control_chart,
)

FEWEST = 2  # points: one has no range
FIRM_FROM = 13  # points, before anything is said of them
_MONTH = re.compile(r"\d{4}-\d\d")
_ASSURANCE = {
    Assurance.CONSISTENT_PASS: "Expect the target to be met each time.",
    Assurance.CONSISTENT_FAIL: "The target will not be met unless something changes.",
    Assurance.INCONSISTENT: "The target may be met or missed by chance.",
}
_VARIATION = {
    Variation.IMPROVEMENT: "The newest figure is better than the usual range: something is likely to have changed.",
    Variation.CONCERN: "The newest figure is worse than the usual range: something is likely to have changed.",
    Variation.COMMON_CAUSE: "The newest figure is within the usual range.",
}


@dataclass(frozen=True)
class SeriesPoint:
    """One period of a series, in the order of its days."""

    period: str
    first: date
    last: date
    value: float
    numerator: int | None
    denominator: int | None
    source: str

    @property
    def is_month(self) -> bool:
        return _MONTH.fullmatch(self.period) is not None

    @property
    def title(self) -> str:
        """A month by its name, anything else by its label."""
        return Period.between(self.first, self.last).title if self.is_month else self.period


@dataclass(frozen=True)
class Series:
    """A series as pages show it; none of its figures is ours."""

    code: str
    name: str
    unit: SeriesUnit
    target: float | None
    lower_is_better: bool
    points: Sequence[SeriesPoint]

    @property
    def newest(self) -> SeriesPoint:
        return self.points[-1]

    @property
    def improvement(self) -> Improvement:
        return Improvement.DECREASE if self.lower_is_better else Improvement.INCREASE

    @property
    def reaches_target(self) -> bool | None:
        """Of its newest figure; None without a target. No test is made: what stands behind the figure is not ours."""
        if self.target is None:
            return None
        return self.newest.value <= self.target if self.lower_is_better else self.newest.value >= self.target


def chart_of(series: Series) -> ControlChart | None:
    """An XmR chart of all its points; None where there are too few. Months that are left out are holes."""
    if len(series.points) < FEWEST:
        return None
    seen = [
        Observation(place, point.value, point.numerator, point.denominator)
        for place, point in zip(_places(series.points), series.points, strict=True)
    ]
    return control_chart(ChartKind.XMR, seen)


def words_of(series: Series, chart: ControlChart | None) -> list[str]:
    """What the chart permits to say: nothing under 13 points, nor where too few stand behind each of them."""
    if chart is None or len(series.points) < FIRM_FROM:
        return [f"{len(series.points)} of the {FIRM_FROM} periods from which a usual range can be told."]
    if not chart.may_name_a_cause:
        return ["There is too little behind a period, or no variation, for this chart to judge."]
    variation, assurance = chart.variation(series.improvement), chart.assurance(series.target, series.improvement)
    said = [_VARIATION[variation]] if variation in _VARIATION else []
    return [*said, _ASSURANCE[assurance]] if assurance else said


def _places(points: Sequence[SeriesPoint]) -> list[int]:
    if not all(point.is_month for point in points):
        return list(range(len(points)))
    return [point.first.year * 12 + point.first.month for point in points]
