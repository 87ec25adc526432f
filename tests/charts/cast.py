"""The charts that the tests of this folder share."""

from __future__ import annotations

from survey_app.charts import (
    Annotation,
    Axis,
    DotIntervalChart,
    Kind,
    Limits,
    PairedBarChart,
    Point,
    Target,
    TrendChart,
)
from survey_app.statistics.target_status import Comparator

TARGET = Target(0.9, Comparator.OVER)
SECRET = 0.7654321  # the value of every point that must not be seen

YEAR = TrendChart(
    key="by-month",
    title="Satisfaction by month",
    sentence="Every month was above last year’s average.",
    points=(
        Point(label="Apr", value=0.979, base=98, low=0.93, high=0.994, previous=0.969, previous_base=90),
        Point(label="May", value=0.98, base=101, low=0.931, high=0.995, kind=Kind.IMPROVEMENT, previous=0.971),
        Point(label="Jun", value=SECRET, base=7, low=SECRET, high=SECRET, previous=SECRET, previous_base=9),
        Point(label="Jul", value=0.95, base=22, low=0.78, high=0.99, kind=Kind.IMPROVEMENT),
        Point(label="Aug", value=SECRET, base=64, low=SECRET, high=SECRET, previous=SECRET, suppressed=True),
        Point(label="Sep", value=None, base=0),
        Point(label="Oct", value=1.0, base=112, low=0.967, high=1.0, kind=Kind.CONCERN),
    ),
    axis=Axis(low=0.85),
    target=TARGET,
    limits=Limits(0.951, 0.988, "2024/25"),
    annotations=(Annotation("B", "Officers at the desk", 4.5), Annotation("A", "Reception opens", 1.5)),
)

SERVICES = DotIntervalChart(
    key="services",
    title="Services",
    sentence="Planning is lowest.",
    points=(
        Point(label="Planning", value=0.971, base=104, low=0.92, high=0.99, previous=0.969, url="/services/planning"),
        Point(label="Licensing", value=SECRET, base=6, low=SECRET, high=SECRET),
    ),
    axis=Axis(low=0.8),
    target=TARGET,
)

CHANNELS = PairedBarChart(
    key="by-channel",
    title="By channel",
    sentence="Less is heard from those who phoned.",
    points=(
        Point(label="Phone", value=0.31, base=None),
        Point(label="Letter", value=SECRET, base=None, suppressed=True),
    ),
    beside=(
        Point(label="Phone", value=0.452, base=None),
        Point(label="Letter", value=SECRET, base=None, suppressed=True),
    ),
    axis=Axis(high=0.5),
    row_name="Channel",
)
