"""The interactive control chart."""

from __future__ import annotations

from typing import Any

from plotly import graph_objects as go

from survey_app.charts import palette
from survey_app.charts.plotly_figure import Made, actual_line, trend_layout
from survey_app.charts.trends import Corner, SpcChart


def spc_figure(chart: SpcChart, brand: str) -> Made:
    """Limits, average and target behind the line of months."""
    traces = [
        *_lines(chart.limit_lines(), "limit", {"color": palette.SECOND, "width": 1, "dash": "5px,3px"}),
        *_lines(chart.mean_lines(), "mean", {"color": palette.SECOND, "width": 1.25}),
        *_lines(chart.target_lines(), "target", {"color": palette.TARGET, "width": 2, "dash": "7px,4px"}),
        *actual_line(chart, brand, 1.5),
    ]
    return traces, _layout(chart, brand), _layout(chart, brand, narrow=True)


def _lines(lines: list[list[Corner]], name: str, look: dict[str, Any]) -> list[Any]:
    return [
        go.Scatter(
            x=[place for place, _ in line],
            y=[value for _, value in line],
            mode="lines",
            line=look,
            hoverinfo="skip",
            meta=name,
        )
        for line in lines
    ]


def _layout(chart: SpcChart, brand: str, narrow: bool = False) -> Any:
    layout = trend_layout(chart, brand, narrow)
    years = [
        {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "x0": first - 0.5, "x1": last + 0.5, "layer": "below"}
        | {"fillcolor": palette.WASH, "line": {"width": 0}}
        for _, first, last in chart.groups()[::2]
    ]
    drawn = [shape.to_plotly_json() for shape in layout.shapes]
    return layout.update(shapes=[*years, *drawn], overwrite=True)
