"""Everything that the template of a chart receives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from survey_app.charts import palette
from survey_app.charts.picture import Size, picture
from survey_app.charts.plotly_figure import payload
from survey_app.charts.series import Annotation, BarChart, Chart, CrossChart, Kind, TrendChart
from survey_app.charts.table import KIND_WORDS, Table, table


class Link(NamedTuple):
    label: str
    url: str


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
    links: tuple[Link, ...]
    is_empty: bool


def figure_json(chart: Chart, brand: str = palette.BRAND) -> Markup:
    """The Plotly figure as JSON that may stand inside a page: no character of it can end the block it stands in."""
    return htmlsafe_json_dumps(payload(chart, brand), separators=(",", ":"), allow_nan=False)


def svg(chart: Chart, size: Size = Size.WIDE, brand: str = palette.BRAND) -> Markup:
    """The static picture, safe to put into a page: it is written as an XML tree, so every text in it is escaped."""
    return Markup(picture(chart, size, brand))  # noqa: S704


def legend(chart: Chart) -> tuple[Mark, ...]:
    """Only the marks that this chart has."""
    points = chart.points
    kinds = [kind for kind in (Kind.IMPROVEMENT, Kind.CONCERN, Kind.COMMON) if kind in {p.shown_kind for p in points}]
    marks = [Mark(kind.value, KIND_WORDS[kind]) for kind in kinds]
    if any(point.is_indicative for point in points):
        marks.append(Mark("hollow", "indicative: fewer than 30 answers"))
    if isinstance(chart, BarChart):
        return tuple(marks)
    if any(point.interval for point in points):
        words = "cross: 95% intervals" if isinstance(chart, CrossChart) else "95% interval"
        marks.append(Mark("cross" if isinstance(chart, CrossChart) else "interval", words))
    if any(point.shown_previous is not None for point in points):
        marks.append(Mark("previous" if isinstance(chart, TrendChart) else "tick", "last year"))
    if isinstance(chart, TrendChart) and chart.limits:
        marks.append(Mark("limits", f"limits set on {chart.limits.set_on}"))
    return tuple(marks)


def _axis_words(chart: Chart) -> str:
    if not isinstance(chart, CrossChart):
        return chart.axis.words
    return f"Across: {chart.across_name}. Upwards: {chart.value_name}. {chart.axis.words}"


def view(chart: Chart, links: tuple[Link, ...] = (), size: Size = Size.WIDE, brand: str = palette.BRAND) -> ChartView:
    """The chart for its template. `links` follow the table: full axis, CSV, picture, why.

    `size` is WIDE, or HALF for a chart that shares its row; the picture for a phone is always with it.
    """
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
        links=links,
        is_empty=all(point.shown is None for point in chart.points),
    )
