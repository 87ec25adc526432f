"""A control series as a chart with its sentences: of a measure of ours, or of a series that others count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from survey_app.charts import (
    Annotation,
    ChartView,
    Kind,
    Link,
    Point,
    Range,
    SpcChart,
    Unit,
    fitted_axis,
    palette,
    view,
)
from survey_app.measures.control import ControlSeries, Finding, Placed
from survey_app.measures.rebasing import RebaseLine
from survey_app.measures.sentences import Headline
from survey_app.measures.sentences.control import (
    Subject,
    assurance_sentence,
    control_headline,
    month_words,
    signal_sentence,
)
from survey_app.statistics.control_charts import FIRM_FROM, ChartKind, Direction, PointType, Variation

KINDS = {
    Variation.COMMON_CAUSE: Kind.COMMON,
    Variation.IMPROVEMENT: Kind.IMPROVEMENT,
    Variation.CONCERN: Kind.CONCERN,
    Variation.NEUTRAL_HIGH: Kind.NEUTRAL,
    Variation.NEUTRAL_LOW: Kind.NEUTRAL,
}
METHODS = {
    ChartKind.XMR: "The limits come from how much one {unit} usually differs from the next (XmR chart).",
    ChartKind.P: "The limits are wider where a {unit} has fewer answers (p chart).",
    ChartKind.P_PRIME: (
        "The limits are wider where a {unit} has fewer answers, and as wide as {unit}s really vary (p′ chart, Laney)."
    ),
}
SCALES = {Unit.SHARE: (0.0, 1.0), Unit.NET_SHARE: (-1.0, 1.0)}
FROM_NOTHING = {Unit.COUNT, Unit.DAYS}
LIMITS = {Finding.SHORT: f"trial limits: fewer than {FIRM_FROM} points"}
MOST_SIGNALS = 8


@dataclass(frozen=True)
class ChartWords:
    """How a series is called. `scale` is the whole scale of a mean; `unit` is that of the values."""

    key: str
    title: str
    subject: Subject
    unit: Unit = Unit.SHARE
    value_name: str = "Value"
    scale: tuple[float, float] | None = None
    is_full_axis: bool = False


@dataclass(frozen=True)
class Signal:
    """A point that may be named, with its passport where there is one."""

    sentence: str
    kind: Kind
    passport: str | None


@dataclass(frozen=True)
class ControlBlock:
    """Everything that a page shows of one control chart, the answer first."""

    headline: Headline
    chart: ChartView
    assurance: str
    method: str
    signals: Sequence[Signal]


def control_block(
    series: ControlSeries,
    words: ChartWords,
    *,
    rebases: Sequence[RebaseLine] = (),
    links: tuple[Link, ...] = (),
    brand: str = palette.BRAND,
) -> ControlBlock:
    """The chart, its headline and its sentences. `rebases` are those that its ranges begin with."""
    newest = series.newest_chart
    settled = series.judged[-1].entry if series.judged else None
    has_target = any(placed.entry.target is not None for placed in series.placed)
    named = settled.target_words if settled and settled.target is not None else None
    return ControlBlock(
        headline=control_headline(series, words.subject),
        chart=view(spc_chart(series, words, rebases), links, brand=brand),
        assurance=assurance_sentence(series, words.subject, named) if has_target and settled else "",
        method=METHODS[newest.kind].format(unit=words.subject.unit) if newest else "",
        signals=[
            Signal(signal_sentence(series, placed, words.subject), _kind(placed), placed.entry.passport)
            for placed in series.earlier[:MOST_SIGNALS]
        ],
    )


def spc_chart(series: ControlSeries, words: ChartWords, rebases: Sequence[RebaseLine] = ()) -> SpcChart:
    """The series as a chart draws it; what may not be claimed has no colour."""
    placed, chosen = series.placed, SCALES.get(words.unit, words.scale)
    ranges = tuple(_range(each, series) for each in placed)
    targets = tuple(each.entry.target for each in placed)
    points = tuple(_point(each, words) for each in placed)
    shown = [point.shown for point in points if point.shown is not None]
    limits = [limit for usual in ranges if usual for limit in (usual.lower, usual.upper) if limit is not None]
    if words.unit in FROM_NOTHING:
        limits = [limit for limit in limits if limit >= 0]
    drawn = [*shown, *limits, *(target for target in targets if target is not None)]
    whole = chosen if words.is_full_axis else None
    return SpcChart(
        key=words.key,
        title=words.title,
        sentence=chart_sentence(series, words),
        points=points,
        ranges=ranges,
        targets=targets,
        notes=tuple(note(each) for each in placed),
        axis=fitted_axis(whole or drawn, words.unit, chosen),
        value_name=words.value_name,
        line_label="Newest",
        target_words=next(
            (f"Target {each.entry.target_words}" for each in reversed(placed) if each.entry.target_words), ""
        ),
        limits_words=LIMITS.get(series.finding, "limits of the usual range"),
        period_name=words.subject.unit.capitalize(),
        annotations=_marks(placed, rebases),
    )


def chart_sentence(series: ControlSeries, words: ChartWords) -> str:
    """What the picture shows, in numbers."""
    unit, write = words.subject.unit, words.unit.text
    points = [each for each in series.placed if each.point is not None]
    if not points:
        return f"No {unit} has a figure that may be shown."
    last = points[-1].point
    assert last is not None
    count = f"{len(points)} {unit}{'' if len(points) == 1 else 's'}"
    start, end = month_words(points[0].entry.period), month_words(points[-1].entry.period)
    if last.lower is None or last.upper is None:
        return f"{count}: {start}, {write(last.observation.value)}."
    floor = 0.0 if words.unit in FROM_NOTHING else last.lower
    least, most = SCALES.get(words.unit, words.scale) or (floor, last.upper)
    named = sum(each.claim not in {None, Variation.COMMON_CAUSE} for each in points)
    beyond = f", {named} of them beyond {'its' if named == 1 else 'their'} usual variation" if named else ""
    average = f"{count}, {start} to {end}{beyond}. The average is {write(last.mean)}"
    if last.lower == last.upper:
        return f"{average}."
    return f"{average}, the usual range {write(max(last.lower, least))} to {write(min(last.upper, most))}."


def note(placed: Placed) -> str:
    """What must be known of a point before its row is used."""
    entry, point = placed.entry, placed.point
    if point is None:
        small = entry.is_hidden or bool(entry.base)
        return "left out: fewer than 10 answers, or another figure could be worked out" if small else "no figure: a gap"
    if entry.is_provisional:
        return "provisional: outside limits and rules"
    if entry.is_indicative:
        return "indicative: fewer than 30 answers, no claim"
    if placed.claim in {None, Variation.COMMON_CAUSE} or point.type is None:
        return ""
    is_high = point.direction is Direction.HIGH
    return {
        PointType.OUTSIDE: f"{'above' if is_high else 'below'} the usual range",
        PointType.TREND: f"one of seven or more in a row that {'rise' if is_high else 'fall'}",
        PointType.TWO_OF_THREE: f"one of two in three close to the {'upper' if is_high else 'lower'} limit",
        PointType.RUN: f"one of seven or more in a row {'above' if is_high else 'below'} the average",
    }[point.type]


def _point(placed: Placed, words: ChartWords) -> Point:
    entry = placed.entry
    is_month = words.subject.unit == "month"
    return Point(
        label=f"{entry.period.first:%b}" if is_month else entry.period.label[-2:],
        value=entry.value,
        base=entry.base,
        kind=_kind(placed),
        suppressed=entry.is_hidden,
        url=entry.passport,
        group=str(entry.period.first.year) if is_month else entry.period.label[:7],
        is_provisional=entry.is_provisional,
    )


def _kind(placed: Placed) -> Kind:
    """Where nothing may be claimed a point has no colour of its own."""
    return KINDS[placed.claim] if placed.claim else Kind.PLAIN


def _range(placed: Placed, series: ControlSeries) -> Range | None:
    if placed.point is None or placed.chart is None:
        return None
    stretch = next(place for place, chart in enumerate(series.charts) if chart is placed.chart)
    return Range(placed.point.mean, placed.point.lower, placed.point.upper, stretch)


def _marks(placed: Sequence[Placed], rebases: Sequence[RebaseLine]) -> tuple[Annotation, ...]:
    """A vertical at the start of the first month of each new range, with its date and reason."""
    marks = []
    for number, line in enumerate(rebases, start=1):
        at = next((place for place, each in enumerate(placed) if each.entry.period.first >= line.month), None)
        if at is not None:
            seen = ", after seeing the data" if line.is_after_seeing_the_data else ""
            words = f"{line.month:%B %Y}: {line.reason} (new range{seen})"
            marks.append(Annotation(str(number), words, at - 0.5))
    return tuple(marks)
