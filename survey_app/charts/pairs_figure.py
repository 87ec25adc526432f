"""The interactive figure of two bars a row."""

from __future__ import annotations

from typing import Any

from plotly import graph_objects as go

from survey_app.charts import palette
from survey_app.charts.pairs_picture import ROW_HEIGHT
from survey_app.charts.placing import wrapped
from survey_app.charts.plotly_figure import Made, hover_words, plain_lines, shared_layout, value_axis
from survey_app.charts.rows import PairedBarChart


def pairs_figure(chart: PairedBarChart, brand: str) -> Made:
    """The traces of two bars a row, and their two layouts."""
    return _traces(chart, brand), _layout(chart), _layout(chart, narrow=True)


def _traces(chart: PairedBarChart, brand: str) -> list[Any]:
    """A row's own bar above, what it is held against below."""
    write = chart.axis.unit.text
    bars = (
        ("beside", chart.beside, palette.INTERVAL, palette.INTERVAL_EDGE),
        ("actual", chart.points, brand, brand),
    )
    return [
        go.Bar(
            orientation="h",
            x=[point.shown for point in points],
            y=list(range(len(points))),
            offset=0.02 if name == "beside" else -0.32,
            width=0.3,
            marker={"color": fill, "line": {"color": edge, "width": 1}},
            text=["" if point.shown is None else write(point.shown) for point in points],
            textposition="outside",
            cliponaxis=False,
            hovertext=[hover_words(chart, point) for point in points],
            hoverinfo="text",
            meta=name,
        )
        for name, points, fill, edge in bars
    ]


def _layout(chart: PairedBarChart, narrow: bool = False) -> Any:
    return go.Layout(
        **(shared_layout(narrow) | {"margin": {"l": 132 if narrow else 220, "r": 60, "t": 30, "b": 8}}),
        height=38 + ROW_HEIGHT * len(chart.points),
        xaxis=value_axis(chart.axis) | {"side": "top"},
        yaxis={
            "range": [len(chart.points) - 0.5, -0.5],
            "fixedrange": True,
            "tickvals": list(range(len(chart.points))),
            "ticktext": [plain_lines(wrapped(point.label, 18 if narrow else 30)) for point in chart.points],
            "showgrid": False,
            "zeroline": False,
        },
    )
