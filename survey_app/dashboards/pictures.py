"""Figures as the charts of the overview: the trend, and one small picture a service, all on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from survey_app.charts import Annotation, Axis, Break, IntervalBar, Point, Target, TrendChart, position_of, zoomed_axis
from survey_app.dashboards.overview import Overview
from survey_app.dashboards.what_changed import Event
from survey_app.kernel.periods import ONE_DAY, Period
from survey_app.measures.amounts import value_text
from survey_app.measures.effects import Annotation as Made
from survey_app.measures.figures import Figure
from survey_app.measures.label_methods import MethodTurn
from survey_app.measures.lineage import Turn, in_month
from survey_app.measures.sentences.notes import MONTH, TWELVE_MONTHS, trend_sentence
from survey_app.statistics.target_status import Comparator, Status

MOST_LETTERS = 5
MOST_EVENTS = 2  # of these, where there are as many improvements
REACHED = {Status.MET, Status.MET_WITH_CONFIDENCE}


def target_of(figure: Figure) -> Target | None:
    """The target that holds for a figure, as charts draw it."""
    if figure.target is None or figure.comparator is None:
        return None
    return Target(figure.target, Comparator(figure.comparator))


def point_of(figure: Figure, label: str, *, group: str | None = None) -> Point:
    """A figure as a point of a chart; what the figure hides is not in it."""
    return Point(
        label=label,
        value=figure.value,
        base=figure.base,
        low=figure.low,
        high=figure.high,
        suppressed=figure.suppressed,
        previous=figure.previous.value,
        previous_base=figure.previous.base,
        group=group,
    )


def points_of(figures: Sequence[Figure], unit: str) -> tuple[Point, ...]:
    """Figures over time as points, each with its period in full, whether it still fills, and the way to its rows."""
    return tuple(
        replace(
            point_of(figure, short(figure.period, unit), group=year(figure.period, unit)),
            url=figure.passport if figure.value is not None else None,
            name=in_full(figure.period, unit),
            is_provisional=figure.provisional,
        )
        for figure in figures
    )


def trend(overview: Overview) -> TrendChart:
    """Satisfaction over the period, by month, or by quarter where months are mostly thin; it says which and why."""
    points = points_of(overview.trend, overview.trend_unit)
    target, along = target_of(overview.headline), steps(overview.trend, overview.trend_unit)
    return TrendChart(
        key="trend",
        title=trend_title("Satisfaction", overview.trend_unit),
        sentence=_sentence(overview) + bridge_words(along, overview.turns),
        points=points,
        axis=zoomed_axis(points, target),
        target=target,
        line_label="This period",
        previous_label="Year before",
        breaks=breaks_in(along, overview.turns),
        annotations=marks_in(along, overview.improvements, overview.events),
    )


def trend_title(label: str, unit: str) -> str:
    return f"{label}, rolling twelve months" if unit == TWELVE_MONTHS else f"{label} by {unit}"


def steps(trend: Sequence[Figure], unit: str) -> list[Period]:
    """Where the points stand on the line of time: of rolling months each at the quarter that it ends with."""
    periods = [figure.period for figure in trend]
    return [Period.quarter_of(each.last) for each in periods] if unit == TWELVE_MONTHS else periods


def marks_in(
    periods: Sequence[Period], improvements: Sequence[Made], events: Sequence[Event]
) -> tuple[Annotation, ...]:
    """The improvements by their letters, and by numbers what else changed: the last of both, as many as have room."""
    latest = events[-max(MOST_EVENTS, MOST_LETTERS - len(improvements)) :]
    numbered = [Made(str(number), event.words, event.day) for number, event in enumerate(latest, start=1)]
    marks = letters_in(periods, [*improvements[len(numbered) - MOST_LETTERS :], *numbered])
    return tuple(sorted(marks, key=lambda each: each.at))


def letters_in(periods: Sequence[Period], improvements: Sequence[Made]) -> tuple[Annotation, ...]:
    """Where among these periods improvements were made: the last of them, as many as have room below a line."""
    if not periods:
        return ()
    starts, end = [period.first for period in periods], periods[-1].last + ONE_DAY
    return tuple(
        Annotation(made.letter, f"{made.title}, {made.day.day} {made.day:%b}", place)
        for made in improvements[-MOST_LETTERS:]
        if (place := position_of(made.day, starts, end)) is not None
    )


def breaks_in(periods: Sequence[Period], turns: Sequence[Turn]) -> tuple[Break, ...]:
    """Where among these periods a question was worded anew, unless somebody declared that both can be compared."""
    days = [turn.later.since for turn in turns if turn.later.since and not turn.is_bridged]
    return _breaks_on(days, periods, "New wording")


def method_breaks(periods: Sequence[Period], turns: Sequence[MethodTurn]) -> tuple[Break, ...]:
    """Where among these periods another method labels the comments."""
    return _breaks_on([turn.since for turn in turns], periods, "Another method")


def _breaks_on(days: Sequence[date], periods: Sequence[Period], label: str) -> tuple[Break, ...]:
    if not periods:
        return ()
    starts, end = [period.first for period in periods], periods[-1].last + ONE_DAY
    places = [position_of(day, starts, end) for day in days]
    return tuple(Break(label, place) for place in places if place is not None)


def bridge_words(periods: Sequence[Period], turns: Sequence[Turn]) -> str:
    """A note for each new wording within these periods that is compared all the same."""
    return "".join(
        f" The question was worded anew{in_month(turn.later)}; both wordings count as one, by our decision."
        for turn in turns
        if turn.is_bridged and turn.later.since and periods and periods[0].first <= turn.later.since <= periods[-1].last
    )


def _sentence(overview: Overview) -> str:
    unit = overview.trend_unit
    shown = [figure for figure in overview.trend if figure.value is not None]
    if not shown:
        return trend_sentence(unit, 0, "")
    lowest = min(shown, key=lambda figure: figure.value or 0.0)
    value = value_text(lowest.measure, lowest)
    judged = [figure for figure in shown if figure.target is not None]
    return trend_sentence(
        unit,
        len(shown),
        f"{named(lowest.period, unit)}, {value} of {lowest.base:,}",
        value_of_all=value if all(figure.value == lowest.value for figure in shown) else None,
        judged=len(judged),
        reached=sum(figure.status in REACHED for figure in judged),
    )


def small_charts(overview: Overview, axis: Axis | None = None) -> dict[str, TrendChart]:
    """A picture by service code: quarters of two years, every service on the same scale."""
    lines = {
        code: tuple(point_of(figure, figure.period.label[-2:], group=figure.period.label[:7]) for figure in figures)
        for code, figures in overview.service_quarters.items()
    }
    targets = {figure.group[0]: target_of(figure) for figure in overview.services}
    drawn = [point for points in lines.values() for point in points]
    lowest_target = min((target for target in targets.values() if target), key=lambda each: each.value, default=None)
    scale = axis or zoomed_axis(drawn, lowest_target)
    return {
        code: TrendChart(
            key=f"service-{number}",
            title=overview.names[code],
            sentence=f"{overview.names[code]} by quarter, {points[0].group} to {points[-1].group}",
            # last year stands in the same line, as its own quarters
            points=tuple(replace(point, previous=None) for point in points),
            axis=scale,
            target=targets[code],
            breaks=breaks_in([figure.period for figure in overview.service_quarters[code]], overview.turns),
        )
        for number, (code, points) in enumerate(lines.items(), start=1)
        if code in targets and any(point.shown is not None for point in points)
    }


def shared_axis(figures: Sequence[Figure], *, full: bool) -> Axis:
    """One scale for all rows of a table."""
    targets = [target for figure in figures if (target := target_of(figure))]
    lowest = min(targets, key=lambda target: target.value, default=None)
    return Axis() if full else zoomed_axis([point_of(figure, "") for figure in figures], lowest)


def bar_of(figure: Figure, axis: Axis) -> IntervalBar:
    """Dot and interval of one row, with last year and the target."""
    return IntervalBar(point_of(figure, ""), axis, target_of(figure))


def scale_words(axis: Axis) -> tuple[str, ...]:
    """The heading over a column of bars: its low end, middle and high end."""
    return tuple(axis.unit.tick(value) for value in (axis.low, (axis.low + axis.high) / 2, axis.high))


def short(period: Period, unit: str) -> str:
    if unit == TWELVE_MONTHS:
        return f"to {period.last:%b}"
    return f"{period.first:%b}" if unit == MONTH else period.label[-2:]


def year(period: Period, unit: str) -> str:
    return str(period.last.year) if unit in {MONTH, TWELVE_MONTHS} else period.label[:7]


def in_full(period: Period, unit: str) -> str:
    """April 2025; 2025/26 Q1, 1 April 2025 to 30 June 2025; Twelve months to March 2026."""
    if unit == TWELVE_MONTHS:
        return f"Twelve months to {period.last:%B %Y}"
    return period.title if unit == MONTH else f"{period.label}, {period.title}"


def named(period: Period, unit: str) -> str:
    if unit == TWELVE_MONTHS:
        return f"the twelve months to {period.last:%B %Y}"
    return f"{period.first:%B %Y}" if unit == MONTH else period.label
