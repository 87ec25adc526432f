"""The interactive figure of rows in two directions."""

from __future__ import annotations

from typing import Any

from plotly import graph_objects as go

from survey_app.charts import palette
from survey_app.charts.placing import name_sides
from survey_app.charts.plotly_figure import Made, hover_words, markers, plain, shared_layout, value_axis
from survey_app.charts.rows import CrossChart

HEIGHT = 360
MARGIN = {"l": 56, "r": 16, "t": 14, "b": 52}
INSIDE = 290.0  # pixels of a plot on a phone; what has room there has room on any page


def cross_figure(chart: CrossChart, brand: str) -> Made:
    """Dots with their whiskers, and two layouts."""
    return _traces(chart, brand), _layout(chart), _layout(chart, narrow=True)


def _traces(chart: CrossChart, brand: str) -> list[Any]:
    """A dot with whiskers in both directions; the name stands where the picture has it."""
    points = tuple(point for point in chart.points if point.shown is not None)
    up = [point.shown or 0.0 for point in points]
    names = [
        (
            chart.across.position(point.at) * INSIDE,
            (1 - chart.axis.position(y)) * INSIDE,
            7.0 * len(point.label),
        )
        for point, y in zip(points, up, strict=True)
    ]
    whiskers = {"type": "data", "symmetric": False, "color": palette.INTERVAL_EDGE, "thickness": 1.5, "width": 0}
    heights = [point.interval or (y, y) for point, y in zip(points, up, strict=True)]
    widths = [point.at_interval or (point.at, point.at) for point in points]
    return [
        go.Scatter(
            x=[point.at for point in points],
            y=up,
            error_x=whiskers
            | {"array": [high - point.at for point, (_, high) in zip(points, widths, strict=True)]}
            | {"arrayminus": [point.at - low for point, (low, _) in zip(points, widths, strict=True)]},
            error_y=whiskers
            | {"array": [high - y for y, (_, high) in zip(up, heights, strict=True)]}
            | {"arrayminus": [y - low for y, (low, _) in zip(up, heights, strict=True)]},
            mode="markers+text",
            text=[plain(point.label) for point in points],
            textposition=[
                f"{'top' if side.is_above else 'bottom'} {'right' if side.is_right else 'left'}"
                for side in name_sides(names, (0, INSIDE))
            ],
            marker=markers(points, brand, 9),
            cliponaxis=False,
            hovertext=[
                f"{hover_words(chart, point)}<br>{plain(chart.across_name)} {chart.across.unit.text(point.at)}"
                for point in points
            ],
            hoverinfo="text",
            meta="actual",
        )
    ]


def _layout(chart: CrossChart, narrow: bool = False) -> Any:
    shapes, labels = [], []
    if chart.means:
        line = {"type": "line", "line": {"color": palette.SECOND, "width": 1, "dash": "2px,3px"}}
        across, up = chart.means
        shapes.append(line | {"x0": across, "x1": across, "yref": "paper", "y0": 0, "y1": 1})
        shapes.append(line | {"y0": up, "y1": up, "xref": "paper", "x0": 0, "x1": 1})
        for words, (x, y) in zip(chart.areas, ((0, 1), (1, 1), (0, 0), (1, 0)), strict=True):
            place = {"x": x, "y": y, "xref": "paper", "yref": "paper", "showarrow": False}
            place |= {"xanchor": "right" if x else "left", "yanchor": "top" if y else "bottom"}
            labels.append(place | {"text": plain(words), "font": {"color": palette.SECOND, "weight": 700}})
    return go.Layout(
        **(shared_layout(narrow) | {"margin": MARGIN}),
        height=HEIGHT,
        xaxis=value_axis(chart.across) | {"title": {"text": plain(chart.across_name)}},
        yaxis=value_axis(chart.axis),
        shapes=shapes,
        annotations=labels,
    )
