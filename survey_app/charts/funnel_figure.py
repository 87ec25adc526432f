"""The interactive funnel."""

from __future__ import annotations

from math import log10
from typing import Any

from plotly import graph_objects as go

from survey_app.charts import palette
from survey_app.charts.funnel_picture import LIMITS, NAMED, visible_parts
from survey_app.charts.plotly_figure import Made, hover_words, markers, plain, shared_layout, value_axis
from survey_app.charts.rows import FunnelChart

HEIGHT = 360
DASHES = {"5 3": "5px,3px", "1 3": "1px,3px"}


def funnel_figure(chart: FunnelChart, brand: str) -> Made:
    """Limits and centre behind the services."""
    return (
        [*_limits(chart), _centre(chart, brand), _services(chart, brand)],
        _layout(chart),
        _layout(chart, narrow=True),
    )


def _limits(chart: FunnelChart) -> list[Any]:
    traces = []
    for name, edge in chart.edges().items():
        look = LIMITS[name]
        line = {"color": look["stroke"], "width": look["stroke_width"], "dash": DASHES[str(look["stroke_dasharray"])]}
        traces += [
            go.Scatter(
                x=[base for base, _ in part],
                y=[share for _, share in part],
                mode="lines",
                line=line | {"shape": "hv"},
                hoverinfo="skip",
                meta=name,
            )
            for part in visible_parts(chart, edge)
        ]
    return traces


def _centre(chart: FunnelChart, brand: str) -> Any:
    line = {"color": brand, "width": 1.5}
    return go.Scatter(
        x=list(chart.ends), y=[chart.centre] * 2, mode="lines", line=line, hoverinfo="skip", meta="centre"
    )


def _services(chart: FunnelChart, brand: str) -> Any:
    shown = tuple(point for point in chart.points if point.shown is not None and point.base)
    return go.Scatter(
        x=[point.base for point in shown],
        y=[point.shown for point in shown],
        mode="markers+text",
        text=[plain(point.label) if point.shown_kind in NAMED else "" for point in shown],
        textposition=["middle left" if chart.across(point.base or 1) > 0.6 else "middle right" for point in shown],
        marker=markers(shown, brand, 9),
        cliponaxis=False,
        hovertext=[hover_words(chart, point) for point in shown],
        hoverinfo="text",
        meta="actual",
    )


def _layout(chart: FunnelChart, narrow: bool = False) -> Any:
    low, high = chart.ends
    ticks = chart.base_ticks()[:: 2 if narrow and len(chart.base_ticks()) > 6 else 1]
    return go.Layout(
        **shared_layout(narrow),
        height=HEIGHT,
        xaxis={
            "type": "log",
            "range": [log10(low), log10(high)],
            "fixedrange": True,
            "tickvals": list(ticks),
            "ticktext": [f"{tick:,}" for tick in ticks],
            "showgrid": False,
            "zeroline": False,
            "showline": True,
            "linecolor": palette.AXIS,
            "title": {"text": plain(chart.base_name), "font": {"color": palette.SECOND, "size": 12}},
        },
        yaxis=value_axis(chart.axis),
        annotations=[] if narrow else _line_names(chart),
    )


def _line_names(chart: FunnelChart) -> list[dict[str, Any]]:
    last = chart.lines[-1]
    named = [
        (chart.centre, f"all together {chart.axis.unit.text(chart.centre)}"),
        (last.upper_998, chart.limits_words),
        (last.lower_998, chart.limits_words),
    ]
    return [
        {"xref": "paper", "x": 1, "xanchor": "left", "xshift": 8, "y": value, "yanchor": "middle", "showarrow": False}
        | {"text": plain(words), "font": {"color": palette.SECOND, "size": 12}}
        for value, words in named
        if chart.axis.holds(value)
    ]
