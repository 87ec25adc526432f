"""The interactive figure of what was before and after a change."""

from __future__ import annotations

from typing import Any

from plotly import graph_objects as go

from survey_app.charts import palette
from survey_app.charts.before_after_picture import BELOW, WHISKER
from survey_app.charts.plotly_figure import OVER_LINES, Made, actual_line, plain, trend_layout
from survey_app.charts.trends import BeforeAfterChart, Span

APART = 0.02  # of a period, beside the line of the change


def before_after_figure(chart: BeforeAfterChart, brand: str) -> Made:
    """Intervals and points over the bands and lines of their spans."""
    (points,) = actual_line(chart, brand)
    points.update(mode="markers")
    return [*_whiskers(chart), points], _layout(chart, brand), _layout(chart, brand, narrow=True)


def _whiskers(chart: BeforeAfterChart) -> list[Any]:
    """One line with gaps: from low to high at each point."""
    places: list[float | None] = []
    values: list[float | None] = []
    for index, point in enumerate(chart.points):
        if point.interval is not None:
            places += [index, index, None]
            values += [*point.interval, None]
    look = {"color": palette.INTERVAL_EDGE, "width": WHISKER}
    return [go.Scatter(x=places, y=values, mode="lines", line=look, hoverinfo="skip", meta="interval")]


def _layout(chart: BeforeAfterChart, brand: str, narrow: bool = False) -> Any:
    layout = trend_layout(chart, brand, narrow)
    shapes = [shape.to_plotly_json() for shape in layout.shapes]
    bands = [band for span in chart.spans for band in _band(span, brand)]
    drawn = [each.to_plotly_json() for each in layout.annotations]
    names = [_name(chart, place, brand, narrow) for place in range(len(chart.spans))]
    return layout.update(shapes=[*bands, *shapes], annotations=[*drawn, *names], overwrite=True)


def _band(span: Span, brand: str) -> list[dict[str, Any]]:
    across = {"x0": span.first - 0.5 + APART, "x1": span.last + 0.5 - APART, "layer": "below"}
    line = {"type": "line", "y0": span.value, "y1": span.value, "line": {"color": brand, "width": 2.5}} | across
    if span.interval is None:
        return [line]
    low, high = span.interval
    look = {"fillcolor": palette.BAND, "line": {"width": 0}}
    return [{"type": "rect", "y0": low, "y1": high} | look | across, line]


def _name(chart: BeforeAfterChart, place: int, brand: str, narrow: bool) -> dict[str, Any]:
    """The newest span has its name beside it where there is room, the others below their bands."""
    span, unit = chart.spans[place], chart.axis.unit
    base = {"showarrow": False, "font": {"color": brand, "size": 12, "weight": 700}}
    words, reach = plain(span.words(unit)), plain(span.interval_words(unit))
    if place == len(chart.spans) - 1 and not narrow:
        beside = {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 8, "align": "left"}
        return base | beside | {"y": span.value, "yanchor": "middle", "text": f"{words}<br>{reach}"}
    foot = span.value if span.interval is None else span.interval[0]
    below = {"x": (span.first + span.last) / 2, "y": foot, "yanchor": "middle", "yshift": -BELOW}
    return base | below | {"text": words if narrow else f"{words} ({reach})", "bgcolor": OVER_LINES}
