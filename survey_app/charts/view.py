"""Everything that the template of a chart receives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from survey_app.charts import palette
from survey_app.charts.canvas import Size
from survey_app.charts.chart import Chart
from survey_app.charts.diverging import NEGATIVE, SIDES, DivergingChart, Side
from survey_app.charts.figure import payload
from survey_app.charts.hovering import STILL_FILLING
from survey_app.charts.picture import picture
from survey_app.charts.points import Kind
from survey_app.charts.rings import place_rings, words_missing
from survey_app.charts.rows import BarChart, CrossChart, DotIntervalChart, FunnelChart, LedgerChart, PairedBarChart
from survey_app.charts.table import FUNNEL_WORDS, KIND_WORDS, SPC_WORDS, Table, table
from survey_app.charts.trends import Annotation, BeforeAfterChart, SpcChart, TrendChart
from survey_app.charts.units import Unit


class Link(NamedTuple):
    label: str
    url: str


class AxisSwitch(NamedTuple):
    """Whether a chart shows its whole axis, and the address of the page with the zoom and with the whole."""

    is_whole: bool
    zoomed: str
    whole: str

    def link(self, chart: Chart) -> Link | None:
        """The other of the two; nothing where they are the same."""
        if not chart.axis.is_zoomed:
            return None
        if self.is_whole:
            return Link("Zoom in", f"{self.zoomed}#{chart.key}")
        is_share = chart.axis.unit is Unit.SHARE
        return Link("Show 0 to 100%" if is_share else "Show the whole axis", f"{self.whole}#{chart.key}")


class Mark(NamedTuple):
    """A line of the legend: the shape's name, as components/marks.html draws it, and what it means."""

    shape: str
    words: str


@dataclass(frozen=True, slots=True)
class ChartView:
    """One chart on a page: wide and narrow picture, figure for scripts, table, and the words around them."""

    key: str
    title: str
    sentence: str
    legend: tuple[Mark, ...]
    wide: Markup
    narrow: Markup
    payload: Markup
    table: Table
    axis_words: str
    annotations: tuple[Annotation, ...]
    is_listed: bool  # some words of its annotations stand in no picture
    links: tuple[Link, ...]
    is_empty: bool


def figure_json(chart: Chart, brand: str = palette.BRAND) -> Markup:
    """The Plotly figure as JSON: none of its characters can end an attribute in single quotes."""
    return htmlsafe_json_dumps(payload(chart, brand), separators=(",", ":"), allow_nan=False)


def svg(chart: Chart, size: Size = Size.WIDE, brand: str = palette.BRAND) -> Markup:
    """The static picture, safe to put into a page: it is written as an XML tree, so every text in it is escaped."""
    return Markup(picture(chart, size, brand))  # noqa: S704 # nosec B704


def legend(chart: Chart) -> tuple[Mark, ...]:
    """Only the marks that this chart has."""
    points = chart.points
    if isinstance(chart, PairedBarChart | LedgerChart | DivergingChart):
        return _bar_marks(chart)
    words = _kind_words(chart)
    drawn = {point.shown_kind for point in points if point.shown is not None}
    marks = [Mark(kind.value, words[kind]) for kind in SHAPES if kind in drawn and kind in words]
    if any(point.is_indicative for point in points):
        marks.append(Mark("hollow", "indicative: fewer than 30 answers"))
    if any(point.is_provisional and point.shown is not None for point in points):
        is_judged = isinstance(chart, SpcChart)
        marks.append(Mark("provisional", "provisional: outside limits and rules" if is_judged else STILL_FILLING))
    if isinstance(chart, BarChart):
        return tuple(marks)
    if isinstance(chart, FunnelChart):
        return (*marks, Mark("dashed", chart.limits_words), Mark("limits", "95%, a guide only"))
    if isinstance(chart, BeforeAfterChart):
        return (*marks, Mark("interval", "before and after with their 95% intervals"))
    return (*marks, *_line_marks(chart))


def _bar_marks(chart: PairedBarChart | LedgerChart | DivergingChart) -> tuple[Mark, ...]:
    if isinstance(chart, PairedBarChart):
        return Mark("bar", chart.value_name.lower()), Mark("beside", chart.beside_name.lower())
    if isinstance(chart, LedgerChart):
        return Mark("bar", "what is left"), Mark("beside", "the stage before, and what was lost")
    return tuple(Mark(f"side-{side.name}", _side_words(side)) for side in SIDES)


def _side_words(side: Side) -> str:
    return f"{side.words.lower()}, below the line" if side is NEGATIVE else side.words.lower()


SHAPES = (Kind.IMPROVEMENT, Kind.CONCERN, Kind.NEUTRAL, Kind.COMMON)


def _kind_words(chart: Chart) -> Mapping[Kind, str]:
    if isinstance(chart, FunnelChart):
        return FUNNEL_WORDS
    return SPC_WORDS if isinstance(chart, SpcChart) else KIND_WORDS


def _line_marks(chart: TrendChart | DotIntervalChart | CrossChart) -> list[Mark]:
    marks = []
    if any(point.interval for point in chart.points):
        is_cross = isinstance(chart, CrossChart)
        marks.append(Mark("cross", "cross: 95% intervals") if is_cross else Mark("interval", "95% interval"))
    if any(point.shown_previous is not None for point in chart.points):
        marks.append(Mark("previous" if isinstance(chart, TrendChart) else "tick", "last year"))
    if isinstance(chart, TrendChart) and chart.limits:
        marks.append(Mark("limits", f"limits set on {chart.limits.set_on}"))
    if isinstance(chart, SpcChart) and chart.limit_lines():
        marks.append(Mark("dashed", chart.limits_words))
    return marks


def _axis_words(chart: Chart) -> str:
    if isinstance(chart, LedgerChart | DivergingChart):
        return chart.axis_words
    if not isinstance(chart, CrossChart):
        return chart.axis.words
    return f"Across: {chart.across_name}. Upwards: {chart.value_name}. {chart.axis.words}"


def view(
    chart: Chart,
    links: tuple[Link, ...] = (),
    size: Size = Size.WIDE,
    brand: str = palette.BRAND,
    axis: AxisSwitch | None = None,
) -> ChartView:
    """The chart for its template. `links` follow the table; `axis` is for a page whose address holds that choice.

    `size` is WIDE, or HALF for a chart that shares its row; the picture for a phone is always with it.
    """
    if axis is not None and (switch := axis.link(chart)) is not None:
        links = (switch, *links)
        chart = replace(chart, axis=chart.axis.whole) if axis.is_whole else chart
    return ChartView(
        key=chart.key,
        title=chart.title,
        sentence=chart.sentence,
        legend=legend(chart),
        wide=svg(chart, size, brand),
        narrow=svg(chart, Size.NARROW, brand),
        payload=figure_json(chart, brand),
        table=table(chart),
        axis_words=_axis_words(chart),
        annotations=chart.annotations if isinstance(chart, TrendChart) else (),
        is_listed=isinstance(chart, TrendChart) and words_missing(place_rings(chart, size.value, with_words=True)),
        links=links,
        is_empty=all(point.shown is None for point in chart.points),
    )
