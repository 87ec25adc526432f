"""The interactive figure of a ledger."""

from __future__ import annotations

from typing import Any

from plotly import graph_objects as go

from survey_app.charts import palette
from survey_app.charts.ledger_picture import LOSS_FROM
from survey_app.charts.plotly_figure import Made, hover_words, plain, shared_layout
from survey_app.charts.points import Point
from survey_app.charts.rows import LedgerChart

SMALL = {"size": 12, "color": palette.SECOND}
LOSS_TO = 0.88  # where the small scale ends
ROW, ROW_NARROW = 30, 48  # pixels; on a phone the words stand above the bars
STAGE_PART, LOSS_PART = 0.55, 0.35  # of a row, how much its bar takes


def ledger_figure(chart: LedgerChart, brand: str) -> Made:
    """Stages on the large scale with the stage before behind them, losses on the small one."""
    rows = list(enumerate(zip(chart.points, chart.before, strict=True)))
    stages = [(row, point.shown or 0.0, before) for row, (point, before) in rows if before is not None]
    losses = [(row, point.shown or 0.0) for row, (point, before) in rows if before is None]
    traces = [
        _bars(chart, "before", [(row, before) for row, _, before in stages], palette.BAND),
        _bars(chart, "stages", [(row, count) for row, count, _ in stages], brand),
        _small_bars(chart, losses),
    ]
    return traces, _layout(chart), _layout(chart, narrow=True)


def _bars(chart: LedgerChart, name: str, rows: list[tuple[int, float]], colour: str) -> Any:
    return go.Bar(
        orientation="h",
        y=[row for row, _ in rows],
        x=[value for _, value in rows],
        customdata=[value for _, value in rows],
        marker={"color": colour},
        width=LOSS_PART if name == "losses" else STAGE_PART,
        hovertext=[hover_words(chart, chart.points[row]) for row, _ in rows],
        hoverinfo="text",
        meta=name,
    )


def _small_bars(chart: LedgerChart, rows: list[tuple[int, float]]) -> Any:
    """Laid on the large scale, whose end they share: a scale of their own would hide what lies below it."""
    reach = (LOSS_TO - LOSS_FROM) * chart.axis.high / chart.loss_axis.high
    trace = _bars(chart, "losses", rows, palette.INTERVAL_EDGE)
    trace.base = LOSS_FROM * chart.axis.high
    trace.x = [value * reach for _, value in rows]
    return trace


def _layout(chart: LedgerChart, narrow: bool = False) -> Any:
    hidden = {"fixedrange": True, "visible": False}
    return go.Layout(
        **(shared_layout(narrow) | {"margin": {"l": 8 if narrow else 172, "r": 8 if narrow else 150, "t": 6, "b": 6}}),
        height=12 + (ROW_NARROW if narrow else ROW) * len(chart.points),
        barmode="overlay",
        xaxis=hidden | {"range": [chart.axis.low, chart.axis.high]},
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
        above = at | {"yshift": 20, "font": {"size": 12}}
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
