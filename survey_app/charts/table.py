"""The same figures as a table, for whoever cannot see the chart or wants to count for themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from survey_app.charts.chart import Chart
from survey_app.charts.diverging import SIDES, DivergingChart, Side, Stack
from survey_app.charts.hovering import STILL_FILLING
from survey_app.charts.points import HIDDEN_BELOW, Kind, Point, period_name
from survey_app.charts.rows import (
    BarChart,
    CrossChart,
    CrossPoint,
    DotIntervalChart,
    FunnelChart,
    LedgerChart,
    PairedBarChart,
)
from survey_app.charts.trends import SpcChart, TrendChart
from survey_app.statistics.rounding import percent

KIND_WORDS = {
    Kind.PLAIN: "",
    Kind.COMMON: "usual variation",
    Kind.IMPROVEMENT: "better than chance explains",
    Kind.CONCERN: "worse than chance explains",
    Kind.NEUTRAL: "beyond what chance explains",
}
SPC_WORDS = {
    Kind.COMMON: "varies as it usually does",
    Kind.IMPROVEMENT: "better than its usual variation",
    Kind.CONCERN: "worse than its usual variation",
    Kind.NEUTRAL: "beyond its usual variation, neither better nor worse",
}
FUNNEL_WORDS = {
    Kind.IMPROVEMENT: "outside the 99.8% limits, better than all together",
    Kind.CONCERN: "outside the 99.8% limits, worse than all together",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What people read, and beside it the unrounded value for files; None where nothing may be said."""

    text: str
    value: float | str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The first cell of each row names the row."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def values(self) -> list[list[float | str | None]]:
        """Rows for a file: numbers unrounded, shares 0 to 1."""
        return [[cell.value for cell in row] for row in self.rows]


def _number(value: float | None, write: Callable[[float], str]) -> Cell:
    return Cell("", None) if value is None else Cell(write(value), value)


def _value(point: Point, write: Callable[[float], str]) -> Cell:
    if point.shown is not None:
        return _number(point.shown, write)
    return Cell("not shown" if point.is_hidden else "no answers")


def _base(point: Point) -> Cell:
    if point.is_hidden or point.base is None:
        return Cell(point.base_words)
    return Cell(f"{point.base:,}", point.base)


def note_words(point: Point) -> str:
    """What must be known before a row is used; empty when nothing."""
    if point.suppressed:
        return "hidden: fewer than 10 answers, or another figure could be worked out"
    if point.is_hidden:
        return f"fewer than {HIDDEN_BELOW} answers"
    said = ["indicative: fewer than 30 answers" if point.is_indicative else KIND_WORDS[point.shown_kind]]
    said += [STILL_FILLING] if point.is_provisional and point.shown is not None else []
    return "; ".join(words for words in said if words)


def table(chart: Chart) -> Table:
    """Every value of the chart, and nothing that the chart may not show."""
    match chart:
        case SpcChart():
            made = _spc_table(chart)
        case DivergingChart():
            made = _diverging_table(chart)
        case FunnelChart():
            made = _funnel_table(chart)
        case CrossChart():
            made = _crosses(chart)
        case PairedBarChart():
            made = _pairs_table(chart)
        case LedgerChart():
            made = _ledger_table(chart)
        case _:
            made = _value_table(chart)
    return made


def _value_table(chart: TrendChart | DotIntervalChart | BarChart) -> Table:
    """A value a row, with its interval, base and last year where there are any."""
    write = chart.axis.unit.text
    first = "Period" if isinstance(chart, TrendChart) else chart.row_name
    with_interval = any(point.interval for point in chart.points)
    with_base = any(point.base is not None for point in chart.points)
    with_previous = any(point.shown_previous is not None for point in chart.points)
    columns = [Column(first), Column(chart.value_name, is_number=True)]
    columns += [Column("Low", is_number=True), Column("High", is_number=True)] if with_interval else []
    columns += [Column("Base", is_number=True)] if with_base else []
    columns += [Column(_previous_name(chart), is_number=True)] if with_previous else []
    rows = []
    for point in chart.points:
        label = period_name(point) if isinstance(chart, TrendChart) else point.label
        row = [Cell(label, label, point.url), _value(point, write)]
        if with_interval:
            low, high = point.interval or (None, None)
            row += [_number(low, write), _number(high, write)]
        if with_base:
            row.append(_base(point))
        if with_previous:
            row.append(_number(point.shown_previous, write))
        note = note_words(point)
        rows.append((*row, Cell(note, note)))
    return Table(chart.title, (*columns, Column("Note")), tuple(rows))


def _spc_table(chart: SpcChart) -> Table:
    """What is usual beside each month; limits as computed, also where no figure can reach them."""
    write = chart.axis.unit.text
    with_base = any(point.base is not None for point in chart.points)
    with_target = any(target is not None for target in chart.targets)
    columns = [Column(chart.period_name), Column(chart.value_name, is_number=True)]
    columns += [Column("Base", is_number=True)] if with_base else []
    columns += [Column(name, is_number=True) for name in ("Average", "Lower limit", "Upper limit")]
    columns += [Column("Target", is_number=True)] if with_target else []
    rows = []
    for point, usual, target, note in zip(chart.points, chart.ranges, chart.targets, chart.notes, strict=True):
        label = period_name(point)
        row = [Cell(label, label, point.url), _value(point, write)]
        row += [_base(point)] if with_base else []
        limits = (None, None, None) if usual is None else (usual.mean, usual.lower, usual.upper)
        row += [_limit(limit, chart) for limit in limits]
        row += [_number(target, write)] if with_target else []
        rows.append((*row, Cell(note, note)))
    return Table(chart.title, (*columns, Column("Note")), tuple(rows))


def _limit(value: float | None, chart: SpcChart) -> Cell:
    """A limit that no figure can reach says so."""
    least, most = chart.axis.full
    if value is None or least <= value <= most:
        return _number(value, chart.axis.unit.text)
    edge = f"above {chart.axis.unit.tick(most)}" if value > most else f"below {chart.axis.unit.tick(least)}"
    return Cell(edge, value)


def _funnel_table(chart: FunnelChart) -> Table:
    """Services in the order given, each with the limits that hold at its base. There is no rank in it."""
    write = chart.axis.unit.text
    at = {line.base: line for line in chart.lines}
    columns = (Column(chart.row_name), Column(chart.value_name, is_number=True), Column("Base", is_number=True))
    limits = (Column("Lower 99.8% limit", is_number=True), Column("Upper 99.8% limit", is_number=True))
    rows = []
    for point, page in zip(chart.points, chart.pages or [None] * len(chart.points), strict=True):
        line = at.get(point.base or 0) if point.shown is not None else None
        ends = (None, None) if line is None else (line.lower_998, line.upper_998)
        note = FUNNEL_WORDS.get(point.shown_kind) or note_words(point)
        row = (Cell(point.label, point.label, page), replace(_value(point, write), url=point.url), _base(point))
        rows.append((*row, *(_number(end, write) for end in ends), Cell(note, note)))
    return Table(chart.title, (*columns, *limits, Column("Note")), tuple(rows))


def _crosses(chart: CrossChart) -> Table:
    """Both directions of each point with their intervals, and the area that it stands in."""
    numbers = (chart.across_name, "Low", "High", chart.value_name, "Low", "High", "Base")
    columns = (Column(chart.row_name), *(Column(name, is_number=True) for name in numbers), Column("Area"))
    return Table(chart.title, columns, tuple(_cross(point, chart) for point in chart.points))


def _cross(point: CrossPoint, chart: CrossChart) -> tuple[Cell, ...]:
    upwards, across = chart.axis.unit.text, chart.across.unit.text
    low, high = point.interval or (None, None)
    left, right = (point.at_interval if point.shown is not None else None) or (None, None)
    return (
        Cell(point.label, point.label, point.url),
        _number(point.shown_at, across),
        _number(left, across),
        _number(right, across),
        _value(point, upwards),
        _number(low, upwards),
        _number(high, upwards),
        _base(point),
        Cell(note_words(point) or point.area, point.area),
    )


def _pairs_table(chart: PairedBarChart) -> Table:
    write = chart.axis.unit.text
    columns = (
        Column(chart.row_name),
        Column(chart.value_name, is_number=True),
        Column(chart.beside_name, is_number=True),
    )
    rows = tuple(
        (
            Cell(point.label, point.label, point.url),
            _value(point, write),
            _value(beside, write),
            Cell(note_words(point), note_words(point)),
        )
        for point, beside in chart.pairs
    )
    return Table(chart.title, (*columns, Column("Note")), rows)


def _ledger_table(chart: LedgerChart) -> Table:
    """Stages, and nested below each what was lost before the next."""
    write = chart.axis.unit.text
    columns = (Column("Stage or loss"), Column(chart.value_name, is_number=True), Column("Share"))
    rows = []
    for point, before, note in zip(chart.points, chart.before, chart.notes, strict=True):
        label = point.label if before is not None else f"lost: {point.label}"
        rows.append((Cell(label, label, point.url), _value(point, write), Cell(note, note)))
    return Table(chart.title, columns, tuple(rows))


def _diverging_table(chart: DivergingChart) -> Table:
    """Every part of every bar, and the share of what is below the line."""
    names = (*(side.words for side in SIDES), "Comments", "Negative, of these")
    columns = (Column(chart.period_name), *(Column(name, is_number=True) for name in names), Column("Note"))
    rows = []
    for point in chart.points:
        label = period_name(point)
        share = point.negative / point.base if point.shown and point.base else None
        note = "no comments" if point.base == 0 else note_words(point).replace("answers", "comments")
        counts = (_side_cell(point, side) for side in SIDES)
        row = (Cell(label, label, point.url), *counts, _base(point), _number(share, percent), Cell(note, note))
        rows.append(row)
    return Table(chart.title, columns, tuple(rows))


def _side_cell(point: Stack, side: Side) -> Cell:
    return _number(point.count(side), lambda count: f"{count:,.0f}")


def _previous_name(chart: TrendChart | DotIntervalChart | BarChart) -> str:
    return chart.previous_label if isinstance(chart, TrendChart) else "Last year"
