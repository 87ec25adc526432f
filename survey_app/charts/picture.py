"""The static picture of any chart, drawn from the same series as the interactive figure."""

from __future__ import annotations

from survey_app.charts import palette
from survey_app.charts.canvas import Size
from survey_app.charts.cross_picture import draw_crosses
from survey_app.charts.funnel_picture import draw_funnel
from survey_app.charts.pairs_picture import draw_pairs
from survey_app.charts.rows_picture import draw_rows
from survey_app.charts.series import Chart, CrossChart, FunnelChart, PairedBarChart, SpcChart, TrendChart
from survey_app.charts.spc_picture import SpcPicture
from survey_app.charts.trend_picture import TrendPicture


def picture(chart: Chart, size: Size = Size.WIDE, brand: str = palette.BRAND) -> str:
    """The chart as one SVG element. `size` is where it will stand: a page, a phone, a row of small multiples."""
    if isinstance(chart, FunnelChart):
        return str(draw_funnel(chart, size, brand))
    if isinstance(chart, SpcChart):
        return str(SpcPicture(chart, size, brand).draw())
    if isinstance(chart, TrendChart):
        return str(TrendPicture(chart, size, brand).draw())
    if isinstance(chart, CrossChart):
        return str(draw_crosses(chart, size, brand))
    if isinstance(chart, PairedBarChart):
        return str(draw_pairs(chart, size, brand))
    return str(draw_rows(chart, size, brand))
