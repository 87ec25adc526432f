"""The interactive figure of any chart."""

from __future__ import annotations

from typing import Any

from plotly import graph_objects as go

from survey_app.charts import palette
from survey_app.charts.before_after_figure import before_after_figure
from survey_app.charts.chart import Chart
from survey_app.charts.cross_figure import cross_figure
from survey_app.charts.diverging import DivergingChart
from survey_app.charts.diverging_figure import diverging_figure
from survey_app.charts.funnel_figure import funnel_figure
from survey_app.charts.ledger_figure import ledger_figure
from survey_app.charts.pairs_figure import pairs_figure
from survey_app.charts.plotly_figure import trend_figure
from survey_app.charts.rows import CrossChart, FunnelChart, LedgerChart, PairedBarChart
from survey_app.charts.rows_figure import rows_figure
from survey_app.charts.spc_figure import spc_figure
from survey_app.charts.trends import BeforeAfterChart, SpcChart, TrendChart


def payload(chart: Chart, brand: str = palette.BRAND) -> dict[str, Any]:
    """`data`, and the `layout` for a wide and a `narrow` place, as plotly.js takes them."""
    if isinstance(chart, FunnelChart):
        traces, wide, narrow = funnel_figure(chart, brand)
    elif isinstance(chart, SpcChart):
        traces, wide, narrow = spc_figure(chart, brand)
    elif isinstance(chart, BeforeAfterChart):
        traces, wide, narrow = before_after_figure(chart, brand)
    elif isinstance(chart, DivergingChart):
        traces, wide, narrow = diverging_figure(chart, brand)
    elif isinstance(chart, TrendChart):
        traces, wide, narrow = trend_figure(chart, brand)
    elif isinstance(chart, CrossChart):
        traces, wide, narrow = cross_figure(chart, brand)
    elif isinstance(chart, PairedBarChart):
        traces, wide, narrow = pairs_figure(chart, brand)
    elif isinstance(chart, LedgerChart):
        traces, wide, narrow = ledger_figure(chart, brand)
    else:
        traces, wide, narrow = rows_figure(chart, brand)
    figure = go.Figure(traces).to_plotly_json()
    return {"data": figure["data"], "layout": wide.to_plotly_json(), "narrow": narrow.to_plotly_json()}
