"""A measure's months on a control chart: which points stand on it, which chart it is, and what may be said of it.

Source: MEASURES.md 7.2 to 7.7. The limits themselves come from statistics.control_charts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from survey_app.kernel.periods import Period
from survey_app.measures.amounts import goal_words
from survey_app.measures.definitions import Measure, Unit
from survey_app.measures.figures import Figure
from survey_app.statistics.control_charts import (
    FIRM_FROM,
    GAP,
    Assurance,
    ChartKind,
    ChartPoint,
    ChartWarning,
    ControlChart,
    Direction,
    Improvement,
    Observation,
    PointType,
    Variation,
    choose_kind,
    rebased_charts,
    variation,
)
from survey_app.statistics.suppression import is_indicative, is_suppressed
from survey_app.statistics.target_status import Comparator


@dataclass(frozen=True)
class Entry:
    """A month or a quarter of a series. Shares are 0 to 1; `numerator` is a share's only.

    `base` None is a value that stands on no answers. `is_hidden` is a value that may not be shown, whatever its base.
    """

    period: Period
    value: float | None
    numerator: int | None = None
    base: int | None = None
    is_hidden: bool = False
    is_provisional: bool = False
    target: float | None = None
    target_words: str = ""  # how that target is called: over 90%
    passport: str | None = None

    @property
    def has_point(self) -> bool:
        """Not without answers, and not on fewer than 10 of them."""
        return (
            self.value is not None and not self.is_hidden and not (self.base is not None and is_suppressed(self.base))
        )

    @property
    def is_indicative(self) -> bool:
        return self.base is not None and is_indicative(self.base)

    @property
    def place(self) -> int:
        """The number of its first month, so that a hole of three months is one in quarters, too."""
        return place_of(self.period.first)


def entry_of(figure: Figure) -> Entry:
    """A figure as a point of a chart. Without anything counted there is none, in a count as well."""
    unit, is_there = figure.measure.unit, figure.base > 0 and not figure.suppressed
    return Entry(
        period=figure.period,
        value=figure.value if is_there else None,
        numerator=figure.numerator if is_there and unit is Unit.SHARE else None,
        base=None if unit is Unit.COUNT and is_there else figure.base,
        is_hidden=figure.suppressed,
        is_provisional=figure.provisional,
        target=figure.target,
        target_words=_target_words(figure),
        passport=figure.passport,
    )


def _target_words(figure: Figure) -> str:
    if figure.target is None or figure.comparator is None:
        return ""
    return goal_words(figure.measure, figure.target, Comparator(figure.comparator))


def better(measure: Measure) -> Improvement:
    """Which way is better; of a plain count neither."""
    if measure.unit is Unit.COUNT:
        return Improvement.NEUTRAL
    return Improvement.DECREASE if measure.lower_is_better else Improvement.INCREASE


def place_of(month: date) -> int:
    """Months are numbered one after another."""
    return month.year * 12 + month.month


class Finding(StrEnum):
    """What the newest settled month of a chart says, or why it may say nothing."""

    NOTHING = "nothing"  # no month has a figure
    ONE = "one"
    SHORT = "short"  # fewer than 13 months stand behind the limits
    CONSTANT = "constant"
    NO_VARIATION = "no_variation"
    RARE = "rare"  # fewer than 3 of the rarer outcome a month
    INDICATIVE = "indicative"  # the newest month has fewer than 30 answers
    USUAL = "usual"
    SPECIAL = "special"


UNVARIED = {ChartWarning.CONSTANT: Finding.CONSTANT, ChartWarning.NO_VARIATION_LEFT: Finding.NO_VARIATION}


@dataclass(frozen=True)
class Placed:
    """An entry with its point, None where it has none. `claim` is what may be drawn and said of the point."""

    entry: Entry
    point: ChartPoint | None = None
    chart: ControlChart | None = None
    claim: Variation | None = None


@dataclass(frozen=True)
class ControlSeries:
    """All entries in order, each with its point. `charts` are the stretches between rebases, oldest first."""

    placed: tuple[Placed, ...]
    charts: tuple[ControlChart, ...]
    improvement: Improvement

    @property
    def newest_chart(self) -> ControlChart | None:
        return self.charts[-1] if self.charts else None

    @property
    def judged(self) -> list[Placed]:
        """The settled points under the newest limits."""
        newest = self.newest_chart
        under_newest = [each for each in self.placed if each.chart is not None and each.chart is newest]
        return [each for each in under_newest if not each.entry.is_provisional]

    @property
    def finding(self) -> Finding:
        chart, judged = self.newest_chart, self.judged
        if chart is None:
            return Finding.NOTHING
        if len(judged) < FIRM_FROM:
            return Finding.ONE if len(chart.points) == 1 else Finding.SHORT
        if found := next((finding for warning, finding in UNVARIED.items() if warning in chart.warnings), None):
            return found
        if not chart.may_name_a_cause:
            return Finding.RARE
        if judged[-1].entry.is_indicative:
            return Finding.INDICATIVE
        return Finding.USUAL if judged[-1].claim is Variation.COMMON_CAUSE else Finding.SPECIAL

    @property
    def assurance(self) -> Assurance | None:
        """Whether the target of the newest settled month will be met as things run.

        None before 13 months, and where the chart may not judge.
        """
        chart, judged = self.newest_chart, self.judged
        if (
            chart is None
            or not chart.may_name_a_cause
            or len(judged) < FIRM_FROM
            or ChartWarning.NO_VARIATION_LEFT in chart.warnings
        ):
            return None
        return chart.assurance(judged[-1].entry.target, self.improvement)

    def began(self, last: Placed) -> Placed:
        """Where the run or the trend began that `last` belongs to: the first of those points."""
        judged = self.judged
        place = judged.index(last)
        while place and _goes_on(judged[place - 1], judged[place], last):
            place -= 1
        return judged[place]

    @property
    def earlier(self) -> list[Placed]:
        """Settled points before the newest that stand outside the limits and may be named, newest first."""
        newest = self.judged[-1:]
        return [
            each
            for each in reversed(self.placed)
            if each.claim is not None
            and each.point is not None
            and each.point.type is PointType.OUTSIDE
            and each not in newest
        ]


def control_series(
    entries: Sequence[Entry],
    *,
    improvement: Improvement,
    rebased_from: Iterable[date] = (),
) -> ControlSeries:
    """The chart of a series: months in order, those without a figure too.

    XmR unless a share has uneven bases (7.2). New limits begin with the first month on or after each day of
    `rebased_from`.
    """
    seen = {entry.place: entry for entry in entries if entry.has_point}
    kind = _kind([entry for entry in seen.values() if not entry.is_provisional] or list(seen.values()))
    observations = [_observation(entry) for entry in seen.values()]
    charts = rebased_charts(kind, observations, [place_of(day) for day in rebased_from])
    points = {
        point.observation.place: _placed(seen[point.observation.place], point, chart, improvement)
        for chart in charts
        for point in chart.points
    }
    return ControlSeries(tuple(points.get(entry.place, Placed(entry)) for entry in entries), charts, improvement)


def _kind(entries: Sequence[Entry]) -> ChartKind:
    if any(entry.numerator is None for entry in entries):
        return ChartKind.XMR
    return choose_kind([entry.base for entry in entries])


def _observation(entry: Entry) -> Observation:
    assert entry.value is not None
    return Observation(entry.place, entry.value, entry.numerator, entry.base, entry.is_provisional)


def _placed(entry: Entry, point: ChartPoint, chart: ControlChart, improvement: Improvement) -> Placed:
    may_claim = chart.may_name_a_cause and not entry.is_indicative and point.type is not None
    return Placed(entry, point, chart, variation(point, improvement) if may_claim else None)


def _goes_on(before: Placed, here: Placed, last: Placed) -> bool:
    """Whether a run (or a trend) that ends at `last` had begun at `before`."""
    assert before.point is not None and here.point is not None and last.point is not None
    if here.entry.place - before.entry.place > GAP:
        return False
    rises = last.point.direction is Direction.HIGH
    earlier, later = before.point.observation.value, here.point.observation.value
    if last.point.type is PointType.TREND:
        return earlier < later if rises else earlier > later
    return earlier > before.point.mean if rises else earlier < before.point.mean
