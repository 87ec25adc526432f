"""The interactive figure of a ledger."""

from __future__ import annotations

from typing import Any

from plotly import graph_objects as go

from survey_app.charts import palette
from survey_app.charts.ledger_picture import LOSS, LOSS_FROM, LOSS_NARROW, STAGE, STAGE_NARROW
from survey_app.charts.plotly_figure import Made, hover_words, plain, shared_layout
from survey_app.charts.series import LedgerChart, Point

SMALL = {"size": 12, "color": palette.SECOND}


def ledger_figure(chart: LedgerChart, brand: str) -> Made:
    """Stages on the large scale with the stage before behind them, losses on the small one."""
    rows = list(enumerate(zip(chart.points, chart.before, strict=True)))
    stages = [(row, point, before) for row, (point, before) in rows if before is not None]
    losses = [(row, point) for row, (point, before) in rows if before is None]
    traces = [
        _bars(chart, [(row, before) for row, _, before in stages], palette.BAND, 0.7, {"meta": "before"}),
        _bars(chart, [(row, point.shown) for row, point, _ in stages], brand, 0.7, {"meta": "stages"}),
        _bars(
            chart,
            [(row, point.shown) for row, point in losses],
            palette.INTERVAL_EDGE,
            0.4,
            {"meta": "losses", "xaxis": "x2"},
        ),
    ]
    return traces, _layout(chart), _layout(chart, narrow=True)


def _bars(
    chart: LedgerChart, rows: list[tuple[int, float | None]], colour: str, width: float, more: dict[str, str]
) -> Any:
    return go.Bar(
        orientation="h",
        y=[row for row, _ in rows],
        x=[value for _, value in rows],
        width=width,
        marker={"color": colour},
        hovertext=[hover_words(chart, chart.points[row]) for row, _ in rows],
        hoverinfo="text",
        **more,
    )


def _layout(chart: LedgerChart, narrow: bool = False) -> Any:
    stage, loss = (STAGE_NARROW, LOSS_NARROW) if narrow else (STAGE, LOSS)
    hidden = {"fixedrange": True, "visible": False}
    return go.Layout(
        **(shared_layout(narrow) | {"margin": {"l": 8 if narrow else 172, "r": 8 if narrow else 150, "t": 6, "b": 6}}),
        height=12 + stage * len(chart.stages) + loss * len(chart.losses),
        barmode="overlay",
        xaxis=hidden | {"range": [chart.axis.low, chart.axis.high]},
        xaxis2=hidden
        | {"range": [chart.loss_axis.low, chart.loss_axis.high], "domain": [LOSS_FROM, 0.88], "anchor": "y"},
        yaxis=hidden | {"range": [len(chart.points) - 0.5, -0.5]},
        annotations=[
            words
            for row, (point, before, note) in enumerate(zip(chart.points, chart.before, chart.notes, strict=True))
            for words in _words(chart, row, point, note, is_stage=before is not None, narrow=narrow)
        ],
    )


def _words(
    chart: LedgerChart, row: int, point: Point, note: str, *, is_stage: bool, narrow: bool
) -> list[dict[str, Any]]:
    """Beside the bars; on a phone names and counts of stages stand on them, where there is room."""
    at = {"xref": "paper", "yref": "y", "y": row, "yanchor": "middle", "showarrow": False}
    count = plain(chart.axis.unit.text(point.shown or 0))
    label = plain(point.label)
    if narrow:
        above = at | {"yshift": 20 if is_stage else 12, "font": {"size": 12}}
        return [
            above | {"x": 0, "xanchor": "left", "text": f"{label}: {count}"},
            above | {"x": 1, "xanchor": "right", "text": plain(note), "font": SMALL},
        ]
    shift = {"x": 0, "xanchor": "left", "xshift": -164} if is_stage else {"x": 0, "xanchor": "left"}
    count_at = {"x": 0, "xanchor": "right", "xshift": -12} if is_stage else {"x": 1, "xanchor": "right"}
    return [
        at | shift | {"text": label, "font": {"size": 13}},
        at | count_at | {"text": count, "font": {"size": 13}},
        at | {"x": 1, "xanchor": "left", "xshift": 12, "text": plain(note), "font": SMALL},
    ]
