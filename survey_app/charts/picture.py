"""The static picture of any chart, drawn from the same series as the interactive figure."""

from __future__ import annotations

from survey_app.charts import palette
from survey_app.charts.before_after_picture import BeforeAfterPicture
from survey_app.charts.canvas import Canvas, Size
from survey_app.charts.chart import Chart
from survey_app.charts.cross_picture import draw_crosses
from survey_app.charts.diverging import DivergingChart
from survey_app.charts.diverging_picture import DivergingPicture
from survey_app.charts.funnel_picture import draw_funnel
from survey_app.charts.ledger_picture import draw_ledger
from survey_app.charts.pairs_picture import draw_pairs
from survey_app.charts.rows import CrossChart, FunnelChart, LedgerChart, PairedBarChart
from survey_app.charts.rows_picture import draw_rows
from survey_app.charts.spc_picture import SpcPicture
from survey_app.charts.trend_picture import TrendPicture
from survey_app.charts.trends import BeforeAfterChart, SpcChart, TrendChart


def picture(chart: Chart, size: Size = Size.WIDE, brand: str = palette.BRAND) -> str:
    """The chart as one SVG element. `size` is where it will stand: a page, a phone, a row of small multiples."""
    drawn: Canvas
    match chart:
        case FunnelChart():
            drawn = draw_funnel(chart, size, brand)
        case SpcChart():
            drawn = SpcPicture(chart, size, brand).draw()
        case BeforeAfterChart():
            drawn = BeforeAfterPicture(chart, size, brand).draw()
        case DivergingChart():
            drawn = DivergingPicture(chart, size, brand).draw()
        case TrendChart():
            drawn = TrendPicture(chart, size, brand).draw()
        case CrossChart():
            drawn = draw_crosses(chart, size, brand)
        case PairedBarChart():
            drawn = draw_pairs(chart, size, brand)
        case LedgerChart():
            drawn = draw_ledger(chart, size, brand)
        case _:
            drawn = draw_rows(chart, size, brand)
    return str(drawn)
