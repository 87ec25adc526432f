"""The charts that the tests of this folder share."""

from __future__ import annotations

from survey_app.charts import (
    Annotation,
    Axis,
    BeforeAfterChart,
    Break,
    DivergingChart,
    DotIntervalChart,
    FunnelChart,
    FunnelLine,
    Kind,
    LedgerChart,
    Limits,
    PairedBarChart,
    Point,
    Range,
    Span,
    SpcChart,
    Stack,
    Target,
    TrendChart,
    Unit,
    axis_both_ways,
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

# Two stretches with a rebase between them; a gap, a hidden month, and a month that still fills.
CONTROL = SpcChart(
    key="control",
    title="Satisfaction by month",
    sentence="Satisfaction varies as it usually does.",
    points=(
        Point(label="Jan", value=0.9, base=98, kind=Kind.COMMON, group="2025"),
        Point(label="Feb", value=0.92, base=101, kind=Kind.COMMON, group="2025"),
        Point(label="Mar", value=SECRET, base=7, group="2025"),
        Point(label="Apr", value=0.8, base=65, kind=Kind.CONCERN, group="2025"),
        Point(label="May", value=None, base=0, group="2025"),
        Point(label="Jun", value=0.95, base=110, kind=Kind.IMPROVEMENT, group="2026"),
        Point(label="Jul", value=0.96, base=112, kind=Kind.NEUTRAL, group="2026"),
        Point(label="Aug", value=0.97, base=65, is_provisional=True, group="2026"),
    ),
    ranges=(
        Range(0.91, 0.85, 0.97),
        Range(0.91, 0.85, 0.97),
        None,
        Range(0.91, 0.84, 0.98),
        None,
        Range(0.955, 0.91, 1.02, 1),
        Range(0.955, 0.91, 1.02, 1),
        Range(0.955, 0.91, 1.02, 1),
    ),
    targets=(0.9, 0.9, 0.9, 0.9, 0.9, 0.95, 0.95, 0.95),
    notes=("", "", "left out", "below the usual range", "a gap", "above the usual range", "", "provisional"),
    target_words="Target over 95%",
    axis=Axis(low=0.75),
    annotations=(Annotation("1", "June 2026: the contact centre opened, and so did its telephones (new range)", 4.5),),
)

# A change in September, with a thin and a hidden month before it and the months between left out of both figures.
BEFORE_AFTER = BeforeAfterChart(
    key="effect",
    title="Resolved, before and after",
    sentence="Yes. It rose from 77.3% to 89.4%.",
    points=(
        Point(label="Sep–Oct", value=0.774, base=31, low=0.602, high=0.886, group="2024"),
        Point(label="Nov–Dec", value=0.758, base=29, low=0.579, high=0.878, group="2024"),
        Point(label="Jan–Feb", value=SECRET, base=7, low=SECRET, high=SECRET, group="2025"),
        Point(label="Mar–Aug", value=0.806, base=62, low=0.692, high=0.886, group="2025"),
        Point(label="Sep–Oct", value=0.882, base=34, low=0.734, high=0.953, group="2025"),
        Point(label="Nov–Dec", value=0.903, base=31, low=0.751, high=0.967, group="2025"),
    ),
    spans=(Span("Before", 0, 2, 0.773, (0.707, 0.828)), Span("After", 4, 5, 0.894, (0.824, 0.938))),
    annotations=(Annotation("B", "Officers at the front desk, 1 Sep 2025", 3.5),),
    value_name="Resolved",
)

STACKS = (
    Stack.of("Jan", 20, 5, 12, "2026"),
    Stack.of("Feb", 3, 1, 5, "2026"),
    Stack.of("Mar", 0, 0, 0, "2026"),
    Stack.of("Apr", 8, 0, 31, "2026"),
)
# Comments on a theme; a month with too few to show, and one without any.
DIVERGING = DivergingChart(
    key="waiting",
    title="Waiting by month",
    sentence="43 of 76 comments are negative.",
    points=STACKS,
    axis=axis_both_ways(STACKS),
    annotations=(Annotation("A", "Keywords changed, 1 Apr 2026", 2.5),),
)

FUNNEL = FunnelChart(
    key="funnel",
    title="Satisfaction by answers",
    sentence="Planning lies outside the limits.",
    points=(
        Point(label="Housing", value=0.93, base=400, url="/figures/housing"),
        Point(label="Licensing", value=SECRET, base=6),
        Point(label="Parking", value=0.99, base=900, kind=Kind.IMPROVEMENT, url="/figures/parking"),
        Point(label="Planning", value=0.8, base=120, kind=Kind.CONCERN, url="/figures/planning"),
        Point(label="Markets", value=0.8, base=20, kind=Kind.CONCERN, url="/figures/markets"),
    ),
    pages=tuple(f"/services/{code}" for code in ("housing", "licensing", "parking", "planning", "markets")),
    centre=0.93,
    lines=(
        FunnelLine(20, 0.65, 0.8, 1.0, 1.0),
        FunnelLine(120, 0.84, 0.88, 0.97, 0.99),
        FunnelLine(400, 0.88, 0.9, 0.955, 0.965),
        FunnelLine(900, 0.9, 0.91, 0.945, 0.955),
    ),
    axis=Axis(low=0.75),
)

LEDGER = LedgerChart(
    key="whom-we-asked",
    title="Whom we could ask",
    sentence="Of 1,200 contacts 800 could be asked.",
    points=(
        Point(label="Contacts", value=1200, base=None),
        Point(label="No address", value=300, base=None, url="/coverage/rows"),
        Point(label="Sensitive", value=100, base=None),
        Point(label="Eligible", value=800, base=None),
    ),
    before=(1200, None, None, 1200),
    notes=("", "25.0%", "8.3%", "66.7% of contacts"),
    axis=Axis(high=1200, full=(0, 1200), unit=Unit.COUNT),
    loss_axis=Axis(high=300, full=(0, 300), unit=Unit.COUNT),
)


def trend(*points: Point, axis: Axis | None = None, breaks: tuple[Break, ...] = ()) -> TrendChart:
    return TrendChart(key="k", title="t", sentence="s", points=points, axis=axis or Axis(), breaks=breaks)


def point(value: float | None = 0.9, base: int | None = 50, **more: object) -> Point:
    return Point(label="Apr", value=value, base=base, **more)  # type: ignore[arg-type]
