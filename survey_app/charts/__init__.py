"""Charts: a dataclass in; a Plotly figure, a static picture and the same data as a table out."""

from survey_app.charts.axes import Axis, axis_around_zero, axis_from_nothing, fitted_axis, zoomed_axis
from survey_app.charts.canvas import Size
from survey_app.charts.cells import CellBar, IntervalBar, TargetBar, TwoWayBars
from survey_app.charts.chart import Chart
from survey_app.charts.diverging import DivergingChart, Stack, axis_both_ways
from survey_app.charts.points import Kind, Point, Target
from survey_app.charts.rows import (
    BarChart,
    CrossChart,
    CrossPoint,
    DotIntervalChart,
    FunnelChart,
    FunnelLine,
    LedgerChart,
    PairedBarChart,
)
from survey_app.charts.standalone import standalone_svg
from survey_app.charts.table import Table, table
from survey_app.charts.trends import (
    Annotation,
    BeforeAfterChart,
    Break,
    Limits,
    Range,
    Span,
    SpcChart,
    TrendChart,
    position_of,
)
from survey_app.charts.units import Unit
from survey_app.charts.view import AxisSwitch, ChartView, Link, figure_json, svg, view

__all__ = [
    "Annotation",
    "Axis",
    "AxisSwitch",
    "BarChart",
    "BeforeAfterChart",
    "Break",
    "CellBar",
    "Chart",
    "ChartView",
    "CrossChart",
    "CrossPoint",
    "DivergingChart",
    "DotIntervalChart",
    "FunnelChart",
    "FunnelLine",
    "IntervalBar",
    "Kind",
    "LedgerChart",
    "Limits",
    "Link",
    "PairedBarChart",
    "Point",
    "Range",
    "Size",
    "Span",
    "SpcChart",
    "Stack",
    "Table",
    "Target",
    "TargetBar",
    "TrendChart",
    "TwoWayBars",
    "Unit",
    "axis_around_zero",
    "axis_both_ways",
    "axis_from_nothing",
    "figure_json",
    "fitted_axis",
    "position_of",
    "standalone_svg",
    "svg",
    "table",
    "view",
    "zoomed_axis",
]
