"""All charts that there are: what a drawing is made of."""

from __future__ import annotations

from survey_app.charts.rows import BarChart, CrossChart, DotIntervalChart, FunnelChart, LedgerChart, PairedBarChart
from survey_app.charts.trends import TrendChart

Chart = TrendChart | DotIntervalChart | BarChart | CrossChart | PairedBarChart | FunnelChart | LedgerChart
