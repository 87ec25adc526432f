"""The interactive figure of rows on one scale: bars, or dots with their intervals."""

from __future__ import annotations

from typing import Any

from plotly import graph_objects as go

from survey_app.charts import palette
from survey_app.charts.placing import wrapped
from survey_app.charts.plotly_figure import Made, hover_words, markers, plain, plain_lines, shared_layout, value_axis
from survey_app.charts.points import Point
from survey_app.charts.rows import BarChart, DotIntervalChart

LINE_HEIGHT = 16
NARROW, WIDE = 18, 32  # characters of a row's name that fit beside its bar


def rows_figure(chart: DotIntervalChart | BarChart, brand: str) -> Made:
    """The traces of rows on one scale, and their two layouts."""
    traces = _bar_traces(chart, brand) if isinstance(chart, BarChart) else _dot_traces(chart, brand)
    return traces, _rows_layout(chart), _rows_layout(chart, narrow=True)


def _row_places(chart: DotIntervalChart | BarChart) -> list[int]:
    return list(range(len(chart.points)))


def _dot_traces(chart: DotIntervalChart, brand: str) -> list[Any]:
    known = [(row, interval) for row, point in enumerate(chart.points) if (interval := point.interval)]
    bars = go.Bar(
        orientation="h",
        y=[row for row, _ in known],
        base=[low for _, (low, _) in known],
        x=[high - low for _, (low, high) in known],
        width=0.32,
        marker={"color": palette.INTERVAL, "line": {"color": palette.INTERVAL_EDGE, "width": 1}},
        hoverinfo="skip",
        meta="interval",
    )
    tick = {"symbol": "line-ns", "size": 16, "line": {"color": palette.SECOND, "width": 2}}
    previous = go.Scatter(
        x=[point.shown_previous for point in chart.points],
        y=_row_places(chart),
        mode="markers",
        marker=tick,
        cliponaxis=False,
        hoverinfo="skip",
        meta="previous",
    )
    dots = go.Scatter(
        x=[point.shown for point in chart.points],
        y=_row_places(chart),
        mode="markers",
        marker=markers(chart.points, brand, 10),
        cliponaxis=False,
        hovertext=[hover_words(chart, point) for point in chart.points],
        hoverinfo="text",
        meta="actual",
    )
    return [bars, previous, dots]


def _bar_traces(chart: BarChart, brand: str) -> list[Any]:
    return [
        go.Bar(
            orientation="h",
            x=[point.shown for point in chart.points],
            y=_row_places(chart),
            width=0.6,
            marker={"color": [palette.PAPER if point.is_indicative else brand for point in chart.points]}
            | {"line": {"color": brand, "width": 1.5}},
            hovertext=[hover_words(chart, point) for point in chart.points],
            hoverinfo="text",
            meta="actual",
        )
    ]


def _row_words(chart: DotIntervalChart | BarChart, point: Point, *, narrow: bool) -> list[str]:
    """The lines beside a bar: name and figure, on lines of their own where they do not fit into one."""
    figure = "not shown" if point.shown is None else chart.axis.unit.text(point.shown)
    if point.base is not None and not point.is_hidden:
        figure += f" of {point.base:,}"
    in_one = f"{point.label}  {figure}"
    if not narrow and len(in_one) <= WIDE:
        return [in_one]
    return [*wrapped(point.label, NARROW if narrow else WIDE), figure]


def _rows_layout(chart: DotIntervalChart | BarChart, narrow: bool = False) -> Any:
    names = [_row_words(chart, point, narrow=narrow) for point in chart.points]
    row_height = max(34, 10 + LINE_HEIGHT * max((len(lines) for lines in names), default=1))
    shapes, labels = [], []
    if chart.target:
        at = {"x0": chart.target.value, "x1": chart.target.value, "y0": 0, "y1": 1, "yref": "paper", "type": "line"}
        shapes.append(at | {"line": {"color": palette.PAPER, "width": 5}})
        shapes.append(at | {"line": {"color": palette.TARGET, "width": 2, "dash": "7px,4px"}})
        anchor = "right" if chart.axis.position(chart.target.value) > 0.5 else "left"
        font = {"color": palette.TARGET, "weight": 700}
        words = {"text": plain(chart.target.words(chart.axis.unit)), "font": font}
        labels.append(
            words
            | {"x": chart.target.value, "y": 0, "yref": "paper", "yshift": -12, "showarrow": False}
            | {"xanchor": anchor}
        )
    margin = {"l": 132 if narrow else 260, "r": 28, "t": 30, "b": 28}
    return go.Layout(
        **(shared_layout(narrow) | {"margin": margin}),
        height=58 + row_height * len(chart.points),
        xaxis=value_axis(chart.axis) | {"side": "top"},
        yaxis={
            "range": [len(chart.points) - 0.5, -0.5],
            "fixedrange": True,
            "tickvals": _row_places(chart),
            "ticktext": [plain_lines(lines) for lines in names],
            "showgrid": False,
            "zeroline": False,
        },
        shapes=shapes,
        annotations=labels,
        bargap=0.2,
    )
