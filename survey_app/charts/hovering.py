"""What is said of a point to whoever points at it, a line each."""

from __future__ import annotations

from collections.abc import Iterator

from survey_app.charts.chart import Chart
from survey_app.charts.points import Point, period_name
from survey_app.charts.rows import BarChart, DotIntervalChart
from survey_app.charts.trends import SpcChart, TrendChart

STILL_FILLING = "provisional: answers are still coming in"


def hover_lines(chart: Chart, point: Point, place: int | None = None) -> list[str]:
    """What a manager asks of a point: when, how many, how sure, against what; nothing for a gap.

    All of it is in the table or on the lines of the chart. `place` is the point's own among those of the chart.
    """
    if point.shown is None:
        return []
    write = chart.axis.unit.text
    lines = [f"{point.name or period_name(point)}: {write(point.shown)}"]
    if point.interval:
        lines.append(f"95% interval {write(point.interval[0])} to {write(point.interval[1])}")
    if point.base is not None:
        lines.append(f"of {point.base:,}" + (", indicative" if point.is_indicative else ""))
    return [*lines, *_beside(chart, point, place)]


def _beside(chart: Chart, point: Point, place: int | None) -> Iterator[str]:
    """What it is held against, and what must be known before it is used."""
    if isinstance(chart, SpcChart) and place is not None:
        target = chart.targets[place]
        if target is not None:
            yield f"Target {chart.axis.unit.tick(target)}"
        if chart.notes[place]:
            yield chart.notes[place]
        return
    if isinstance(chart, TrendChart | DotIntervalChart | BarChart) and chart.target is not None:
        yield chart.target.words(chart.axis.unit)
    if isinstance(chart, TrendChart) and point.shown_previous is not None:
        yield f"{chart.previous_label} {chart.axis.unit.text(point.shown_previous)}"
    if point.is_provisional:
        yield STILL_FILLING
