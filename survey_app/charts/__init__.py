"""Charts: a dataclass in; a Plotly figure, a static picture and the same data as a table out."""

from survey_app.charts.cells import CellBar, IntervalBar, TargetBar
from survey_app.charts.picture import Size
from survey_app.charts.series import (
    Annotation,
    Axis,
    BarChart,
    Break,
    Chart,
    CrossChart,
    CrossPoint,
    DotIntervalChart,
    Kind,
    Limits,
    Point,
    Target,
    TrendChart,
    Unit,
    axis_around_zero,
    position_of,
    zoomed_axis,
)
from survey_app.charts.table import Table, table
from survey_app.charts.view import ChartView, Link, figure_json, svg, view

__all__ = [
    "Annotation",
    "Axis",
    "BarChart",
    "Break",
    "CellBar",
    "Chart",
    "ChartView",
    "CrossChart",
    "CrossPoint",
    "DotIntervalChart",
    "IntervalBar",
    "Kind",
    "Limits",
    "Link",
    "Point",
    "Size",
    "Table",
    "Target",
    "TargetBar",
    "TrendChart",
    "Unit",
    "axis_around_zero",
    "figure_json",
    "position_of",
    "svg",
    "table",
    "view",
    "zoomed_axis",
]
