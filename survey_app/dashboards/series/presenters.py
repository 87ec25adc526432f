"""Series of others as their templates receive them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.charts import (
    Axis,
    AxisSwitch,
    ChartView,
    Kind,
    Limits,
    Link,
    Point,
    Target,
    TrendChart,
    Unit,
    view,
    zoomed_axis,
)
from survey_app.dashboards import addresses
from survey_app.measures.sentences import Headline
from survey_app.measures.series.chart import FIRM_FROM, Series, SeriesPoint, chart_of, words_of
from survey_app.measures.series.line import SeriesUnit
from survey_app.statistics.control_charts import ChartPoint, ControlChart, Variation, variation

SERIES = "/dashboards/series"
FOOTER = {
    "footer_note": "Figures of others, as they were given to us. No interval and no test of ours is made of them."
}
NOT_OURS = "Not ours: we did not count it and cannot check it."
UNITS = {SeriesUnit.SHARE: Unit.SHARE, SeriesUnit.MEAN: Unit.MEAN, SeriesUnit.NUMBER: Unit.COUNT}
KINDS = {
    Variation.IMPROVEMENT: Kind.IMPROVEMENT,
    Variation.CONCERN: Kind.CONCERN,
    Variation.COMMON_CAUSE: Kind.COMMON,
}


@dataclass(frozen=True)
class SeriesRow:
    """One series in the list, by its newest figure."""

    name: str
    url: str
    value: str
    period: str
    target: str
    verdict: tuple[str, str] | None
    source: str


@dataclass(frozen=True)
class SeriesPage:
    headline: Headline
    note: str
    rows: Sequence[SeriesRow]


@dataclass(frozen=True)
class PointRow:
    """One period, newest first."""

    period: str
    value: str
    counts: str
    limits: str
    signal: str
    source: str


@dataclass(frozen=True)
class OneSeriesPage:
    crumbs: Sequence[Link]
    headline: Headline
    note: str
    words: Sequence[str]
    chart: ChartView
    rows: Sequence[PointRow]


def series_page(series: Sequence[Series]) -> SeriesPage:
    """Every series with its newest figure, target and source."""
    shown = [each for each in series if each.points]
    judged = [each for each in shown if each.target is not None]
    reached = sum(each.reaches_target is True for each in judged)
    claim = f"{len(shown) or 'No'} series of others."
    rest = f"By their newest figures {reached} of {len(judged)} with a target reach it." if judged else ""
    return SeriesPage(Headline(claim, rest), NOT_OURS, [_row(each) for each in shown])


def one_page(series: Series, *, brand: str, axis: AxisSwitch) -> OneSeriesPage:
    """One series: its newest figure, its line with the usual range, and every period with its source."""
    chart = chart_of(series)
    judged = chart.points if chart is not None else (None,) * len(series.points)
    newest = series.newest
    target = f" Target {_target(series)}: {'reached' if series.reaches_target else 'not reached'}."
    return OneSeriesPage(
        crumbs=(Link("More figures", addresses.MORE), Link("Series of others", SERIES), Link(series.name, "")),
        headline=Headline(
            f"{series.name}: {series.unit.words(newest.value)} in {newest.title}.",
            f"Source: {newest.source}.{target if series.target is not None else ''}",
        ),
        note=NOT_OURS,
        words=words_of(series, chart),
        chart=view(_trend(series, chart), brand=brand, axis=axis),
        rows=[
            _point_row(series, point, point_judged)
            for point, point_judged in reversed(list(zip(series.points, judged, strict=True)))
        ],
    )


def _row(series: Series) -> SeriesRow:
    verdict = None
    if series.target is not None:
        reached = series.reaches_target
        verdict = ("common", "Target reached" if reached else "Target not reached")
    newest = series.newest
    return SeriesRow(
        name=series.name,
        url=f"{SERIES}/{series.code}",
        value=series.unit.words(newest.value),
        period=newest.period,
        target=_target(series),
        verdict=verdict,
        source=newest.source,
    )


def _target(series: Series) -> str:
    if series.target is None:
        return ""
    words = series.unit.words(series.target)
    return f"at {'most' if series.lower_is_better else 'least'} {words}"


def _point_row(series: Series, point: SeriesPoint, judged: ChartPoint | None) -> PointRow:
    is_firm = len(series.points) >= FIRM_FROM
    limits = ""
    if judged is not None and judged.lower is not None and judged.upper is not None:
        limits = f"{_within(series, judged.lower)} to {_within(series, judged.upper)}"
    signal = ""
    if is_firm and judged is not None and judged.direction is not None and judged.type is not None:
        signal = f"{judged.type.replace('_', ' ')}, {judged.direction}"
    counts = "" if point.denominator is None else f"{point.numerator:,} of {point.denominator:,}"
    return PointRow(point.period, series.unit.words(point.value), counts, limits, signal, point.source)


def _within(series: Series, limit: float) -> str:
    """A limit in words; one of a share stops at its ends."""
    return series.unit.words(min(1.0, max(0.0, limit)) if series.unit is SeriesUnit.SHARE else limit)


def _trend(series: Series, chart: ControlChart | None) -> TrendChart:
    may_claim = chart is not None and len(series.points) >= FIRM_FROM and chart.may_name_a_cause
    kinds = [
        KINDS[variation(point, series.improvement)] if may_claim and point.type is not None else Kind.PLAIN
        for point in (chart.points if chart else ())
    ] or [Kind.PLAIN] * len(series.points)
    points = tuple(
        Point(label=_label(point), group=_group(point), value=point.value, base=None, kind=kind)
        for point, kind in zip(series.points, kinds, strict=True)
    )
    unit = UNITS.get(series.unit, Unit.DAYS)
    target = None if series.target is None or series.lower_is_better else Target(series.target)
    return TrendChart(
        key="series",
        title=series.name,
        sentence=" ".join(words_of(series, chart)),
        points=points,
        axis=_axis(series, unit, points, target),
        target=target,
        value_name=series.name,
        base_name="",
        line_label="As given",
        limits=_limits(series, chart),
    )


def _label(point: SeriesPoint) -> str:
    """Under the chart: Apr and Q1, whose year stands below them; other periods as they were given."""
    if point.is_month:
        return f"{point.first:%b}"
    return point.period[-2:] if _group(point) else point.period


def _group(point: SeriesPoint) -> str | None:
    if point.is_month:
        return str(point.first.year)
    year, _, quarter = point.period.partition(" Q")
    return year if quarter else None


def _limits(series: Series, chart: ControlChart | None) -> Limits | None:
    last = chart.points[-1] if chart is not None else None
    if last is None or last.lower is None or last.upper is None or last.lower == last.upper:
        return None
    ends = (last.lower, last.upper)
    if series.unit is SeriesUnit.SHARE:
        ends = (max(0.0, last.lower), min(1.0, last.upper))
    return Limits(*ends, set_on=f"{len(series.points)} periods")


def _axis(series: Series, unit: Unit, points: Sequence[Point], target: Target | None) -> Axis:
    if unit is Unit.SHARE:
        return zoomed_axis(points, target)
    values = [point.value for point in series.points] + ([target.value] if target else [])
    low, high = min(0.0, *values), max(values) * 1.1
    ends = (low, high) if low < high else (low, low + 1)
    return Axis(low=ends[0], high=ends[1], full=ends, unit=unit)
