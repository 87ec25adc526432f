"""The interactive figure of what people said from period to period."""

from __future__ import annotations

from typing import Any

from plotly import graph_objects as go

from survey_app.charts import palette
from survey_app.charts.diverging import NEUTRAL, SIDES, DivergingChart, Side, Stack
from survey_app.charts.diverging_picture import WIDTH
from survey_app.charts.plotly_figure import Made, plain, trend_layout


def diverging_figure(chart: DivergingChart, brand: str) -> Made:
    """Three bars a period, each from where the one before it ends."""
    layouts = [trend_layout(chart, brand, narrow).update(barmode="overlay") for narrow in (False, True)]
    return [_bars(chart, side) for side in SIDES], *layouts


def _bars(chart: DivergingChart, side: Side) -> Any:
    spans = [point.span(side) for point in chart.points]
    look: dict[str, Any] = {"color": side.colour, "line": {"color": side.colour, "width": 0.75}}
    if side is NEUTRAL:
        stripes = {"shape": "/", "size": 5, "solidity": 0.3, "fgcolor": side.colour, "bgcolor": palette.NEUTRAL_WASH}
        look |= {"color": palette.NEUTRAL_WASH, "pattern": stripes}
    return go.Bar(
        x=list(range(len(chart.points))),
        base=[None if span is None else span[0] for span in spans],
        y=[point.count(side) for point in chart.points],
        width=WIDTH,
        marker=look,
        hovertext=[_hover(point) for point in chart.points],
        hoverinfo="text",
        name=side.words,
        meta=side.name,
    )


def _hover(point: Stack) -> str | None:
    if point.shown is None:
        return None
    counts = "<br>".join(f"{point.count(side):,} {side.words.lower()}" for side in SIDES)
    return f"{plain(point.label)}: {point.base:,} comments<br>{counts}"
