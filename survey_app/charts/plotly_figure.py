"""The interactive figure over time, and what all interactive charts share, without plotly's default look.

Values keep their axis: zooming them is a link whose address holds the state, so that what one person sees can be sent
to another. Time can be dragged open, and the page then says from when to when it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from plotly import graph_objects as go

from survey_app.charts import palette
from survey_app.charts.axes import Axis
from survey_app.charts.canvas import Size
from survey_app.charts.chart import Chart
from survey_app.charts.hovering import hover_lines
from survey_app.charts.placing import (
    CROWDED,
    NAME_HEIGHT,
    LineLabel,
    PlacedName,
    end_labels,
    name_rows,
    names_above,
    period_bases,
    period_labels,
    spread,
)
from survey_app.charts.points import Kind, Point, period_name
from survey_app.charts.rings import RADIUS, Ring, place_rings
from survey_app.charts.trends import BeforeAfterChart, TrendChart

MARKERS: dict[Kind, tuple[str, str, str]] = {  # symbol, fill, outline
    Kind.PLAIN: ("circle", palette.BRAND, palette.BRAND),
    Kind.COMMON: ("circle", palette.COMMON, palette.COMMON_EDGE),
    Kind.IMPROVEMENT: ("diamond", palette.IMPROVEMENT, palette.IMPROVEMENT),
    Kind.CONCERN: ("triangle-down", palette.CONCERN, palette.CONCERN),
    Kind.NEUTRAL: ("square", palette.NEUTRAL, palette.NEUTRAL),
}
TREND_HEIGHT = 360
OVER_LINES = "rgba(255,255,255,0.8)"  # behind words
WIDE_MARGIN = {"l": 56, "r": 148, "t": 14, "b": 66}
NARROW_MARGIN = {"l": 44, "r": 10, "t": 28, "b": 66}


Made = tuple[list[Any], Any, Any]  # traces, the layout of a wide place, that of a narrow one


def trend_figure(chart: TrendChart, brand: str) -> Made:
    """The traces of a figure over time, and its two layouts."""
    return _trend_traces(chart, brand), trend_layout(chart, brand), trend_layout(chart, brand, narrow=True)


def plain(text: str) -> str:
    """Plotly reads a little HTML in every text; ours are plain, and its bold is a style our policy refuses."""
    return escape(text, quote=False)


def plain_lines(lines: Iterable[str]) -> str:
    return "<br>".join(plain(line) for line in lines)


def hover_words(chart: Chart, point: Point, place: int | None = None) -> str | None:
    """The lines of hovering.py as plotly shows them; None for a gap."""
    return plain_lines(hover_lines(chart, point, place)) or None


def markers(points: tuple[Point, ...], brand: str, size: int) -> dict[str, Any]:
    looks = [MARKERS[point.shown_kind] for point in points]
    fills = [brand if fill == palette.BRAND else fill for _, fill, _ in looks]
    edges = [brand if edge == palette.BRAND else edge for _, _, edge in looks]
    edges = [palette.PAPER if point.is_provisional else edge for point, edge in zip(points, edges, strict=True)]
    return {
        "symbol": [symbol for symbol, _, _ in looks],
        "color": [
            palette.PAPER if point.is_indicative or point.is_provisional else fill
            for point, fill in zip(points, fills, strict=True)
        ],
        "line": {"color": edges, "width": 2},
        "opacity": 1,  # plotly fades markers whose sizes are a list
        "size": [size + 2 if point.shown_kind is Kind.IMPROVEMENT else size for point in points],
    }


def _trend_traces(chart: TrendChart, brand: str) -> list[Any]:
    return [*_bands(chart), *_last_year(chart), *actual_line(chart, brand)]


def _bands(chart: TrendChart) -> list[Any]:
    """One closed shape for each unbroken run; a run of one point has a whisker instead."""
    traces = []
    for run in chart.runs():
        known = [(index, interval) for index in run if (interval := chart.points[index].interval)]
        if not known:
            continue
        there = [index for index, _ in known]
        lows, highs = [low for _, (low, _) in known], [high for _, (_, high) in known]
        look: dict[str, Any] = {"hoverinfo": "skip", "showlegend": False, "mode": "lines", "meta": "interval"}
        if len(known) == 1:
            look["line"] = {"color": palette.INTERVAL_EDGE, "width": 2}
        else:
            look |= {"fill": "toself", "fillcolor": palette.BAND, "line": {"width": 0}}
        traces.append(go.Scatter(x=[*there, *reversed(there)], y=[*highs, *reversed(lows)], **look))
    return traces


def _last_year(chart: TrendChart) -> list[Any]:
    values = [point.shown_previous for point in chart.points]
    if all(value is None for value in values):
        return []
    line = {"color": palette.LAST_YEAR, "width": 1.5}
    name = plain(chart.previous_label)
    return [go.Scatter(y=values, mode="lines", line=line, name=name, hoverinfo="skip", meta="previous")]


def actual_line(chart: TrendChart, brand: str, width: float = 2.5) -> list[Any]:
    """The line; a new wording cuts it by an empty place between the two sides."""
    places: list[float] = []
    points: list[Point] = []
    for index, point in enumerate(chart.points):
        if any(index - 1 < cut.at <= index for cut in chart.breaks):
            places.append(index - 0.5)
            points.append(Point(label="", value=None, base=None))
        places.append(index)
        points.append(point)
    return [
        go.Scatter(
            x=places,
            y=[point.shown for point in points],
            mode="lines+markers",
            connectgaps=False,
            cliponaxis=False,
            line={"color": brand, "width": width},
            marker=markers(tuple(points), brand, _mark_size(chart)),
            hovertext=[hover_words(chart, point, int(at)) for at, point in zip(places, points, strict=True)],
            hoverinfo="text",
            name=plain(chart.line_label),
            meta="actual",
        )
    ]


def shared_layout(narrow: bool) -> dict[str, Any]:
    return {
        "font": {"family": palette.FONT, "size": 12, "color": palette.INK},
        "paper_bgcolor": palette.PAPER,
        "plot_bgcolor": palette.PAPER,
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "autosize": True,
        "margin": NARROW_MARGIN if narrow else WIDE_MARGIN,
        "hoverlabel": {"bgcolor": palette.PAPER, "bordercolor": palette.INK, "font": {"color": palette.INK}},
    }


def value_axis(axis: Axis) -> dict[str, Any]:
    ticks = axis.ticks()
    return {
        "range": [axis.low, axis.high],
        "fixedrange": True,
        "tickvals": list(ticks),
        "ticktext": [axis.unit.tick(tick) for tick in ticks],
        "tickfont": {"color": palette.SECOND},
        "gridcolor": palette.GRID,
        "ticklabeloverflow": "allow",
        "zeroline": axis.low < 0,
        "zerolinecolor": palette.SECOND,
    }


def trend_layout(chart: TrendChart, brand: str, narrow: bool = False) -> Any:
    labels, bases = period_labels(chart, narrow=narrow), period_bases(chart)
    # on a phone a drag moves the page; two sides of a change are seen together or not at all
    can_zoom = not narrow and len(labels) > 2 and not isinstance(chart, BeforeAfterChart)
    own = {"dragmode": "zoom" if can_zoom else False, "margin": _margin(chart, brand, narrow)}
    return go.Layout(
        **(shared_layout(narrow) | own),
        height=TREND_HEIGHT,
        meta=_periods(chart),
        xaxis={
            "range": [-0.5, len(labels) - 0.5],
            "minallowed": -0.5,
            "maxallowed": len(labels) - 0.5,
            "fixedrange": not can_zoom,
            "tickvals": list(range(len(labels))),
            "ticktext": [f"{plain(label)}<br>{plain(base)}" for label, base in zip(labels, bases, strict=True)],
            "tickangle": 0,
            "showgrid": False,
            "zeroline": False,
            "showline": True,
            "linecolor": palette.AXIS,
        },
        yaxis=value_axis(chart.axis),
        shapes=_trend_shapes(chart, brand, narrow),
        annotations=[*_end_labels(chart, brand, narrow), *_letters(chart, narrow), *_below(chart, narrow)],
    )


def _margin(chart: TrendChart, brand: str, narrow: bool) -> dict[str, int]:
    """On a phone with room for the lines' names above them."""
    rows = name_rows(_names_above(chart, brand)) if narrow else 0
    return NARROW_MARGIN | {"t": max(NARROW_MARGIN["t"], 12 + NAME_HEIGHT * rows)} if narrow else WIDE_MARGIN


def _names_above(chart: TrendChart, brand: str) -> list[PlacedName]:
    return names_above(chart, brand, Size.NARROW.value.inner_right)


def _periods(chart: TrendChart) -> list[dict[str, str]]:
    """What a part that is dragged open writes under its points, which the whole may have no room for."""
    return [
        {"name": period_name(point)}
        | {"label": plain(point.label), "base": plain(point.base_words), "group": plain(point.group or "")}
        for point in chart.points
    ]


def _trend_shapes(chart: TrendChart, brand: str, narrow: bool) -> list[dict[str, Any]]:
    across = {"type": "line", "xref": "paper", "x0": 0, "x1": 1}
    shapes: list[dict[str, Any]] = []
    if chart.target:
        line = {"color": palette.TARGET, "width": 2, "dash": "7px,4px"}
        shapes.append(across | {"y0": chart.target.value, "y1": chart.target.value, "line": line})
    if chart.limits:
        line = {"color": palette.SECOND, "width": 1, "dash": "1px,3px"}
        shapes += [across | {"y0": at, "y1": at, "line": line} for at in (chart.limits.lower, chart.limits.upper)]
    for ring in _rings(chart, narrow):
        shapes += _ring(ring, _inside(chart, brand, narrow))
    for cut in chart.breaks:
        wash = {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "x0": cut.at - 0.6, "x1": cut.at - 0.4}
        shapes.append(wash | {"fillcolor": palette.NEUTRAL_WASH, "line": {"width": 0}, "layer": "below"})
    if chart.axis.is_cut_below:
        shapes += [_axis_break(shift) for shift in (4, 9)]
    return [*shapes, *_dashes(chart, brand)]


def _mark_size(chart: TrendChart) -> int:
    return 7 if len(chart.points) > CROWDED else 9


def _dashes(chart: TrendChart, brand: str) -> list[dict[str, Any]]:
    """The dashed outline of a provisional point, around its own of paper: plotly's marks know no dashes."""
    half = _mark_size(chart) / 2
    around: dict[str, Any] = {"type": "circle", "xsizemode": "pixel", "ysizemode": "pixel"}
    around |= {"x0": -half, "x1": half, "y0": -half, "y1": half}
    look = {"fillcolor": palette.PAPER, "line": {"color": brand, "width": 1.75, "dash": "2px,2px"}}
    return [
        around | look | {"xanchor": index, "yanchor": point.shown}
        for index, point in enumerate(chart.points)
        if point.is_provisional and point.shown is not None
    ]


def _inside(chart: TrendChart, brand: str, narrow: bool) -> int:
    """Height of a trend's plot in pixels."""
    margin = _margin(chart, brand, narrow)
    return TREND_HEIGHT - margin["t"] - margin["b"]


def _rings(chart: TrendChart, narrow: bool) -> tuple[Ring, ...]:
    """They stand as in the picture of about the same size."""
    return place_rings(chart, (Size.NARROW if narrow else Size.WIDE).value, with_words=not narrow)


def _ring(ring: Ring, inside: int) -> list[dict[str, Any]]:
    """The thin verticals of a mark, and the ring at their foot."""
    line = {"color": palette.SECOND, "width": 1.5}
    upright = {"type": "line", "yref": "paper", "y0": ring.up / inside, "y1": 1, "line": line}
    across = {"xsizemode": "pixel", "xanchor": ring.at, "x0": -ring.half, "x1": ring.half}
    upwards = {"ysizemode": "pixel", "yref": "paper", "yanchor": 0, "y0": ring.up - RADIUS, "y1": ring.up + RADIUS}
    look = {"fillcolor": palette.PAPER, "line": {"color": palette.INK, "width": 1.25}}
    kind = {"type": "circle" if len(ring.places) == 1 else "rect"}
    return [*(upright | {"x0": place, "x1": place} for place in ring.places), kind | across | upwards | look]


def _axis_break(shift: float) -> dict[str, Any]:
    """One of the two strokes that break the value axis, `shift` pixels above its foot."""
    across = {"xsizemode": "pixel", "xref": "paper", "xanchor": 0, "x0": -6, "x1": 6}
    upwards = {"ysizemode": "pixel", "yref": "paper", "yanchor": 0, "y0": shift - 3, "y1": shift + 3}
    return {"type": "line", "line": {"color": palette.INK, "width": 1.25}} | across | upwards


def _end_labels(chart: TrendChart, brand: str, narrow: bool) -> list[dict[str, Any]]:
    """The lines' names at their right ends, moved apart where they would touch; on a phone above the lines."""
    if narrow:
        left, names = NARROW_MARGIN["l"], _names_above(chart, brand)
        top = {"x": 0, "xanchor": "left", "y": 1, "yanchor": "middle"}
        return [
            _line_name(label) | top | {"xshift": 4 + x - left, "yshift": NAME_HEIGHT * (name_rows(names) - row) - 4}
            for label, x, row in names
        ]
    labels, inside = end_labels(chart, brand), _inside(chart, brand, narrow)
    placed = spread([inside * (1 - chart.axis.position(label.value)) for label in labels], 15, 0, inside - 6)
    side = {"x": 1, "xanchor": "left", "xshift": 8, "yanchor": "middle"}
    return [_line_name(label) | side | {"y": 1 - at / inside} for at, label in zip(placed, labels, strict=True)]


def _line_name(label: LineLabel) -> dict[str, Any]:
    font = {"color": label.colour, "size": 12, "weight": 700 if label.is_bold else 400}
    words = {"xref": "paper", "yref": "paper", "showarrow": False, "text": plain(label.words), "font": font}
    return words | ({"name": "newest"} if label.is_newest else {})


def _letters(chart: TrendChart, narrow: bool) -> list[dict[str, Any]]:
    marks: list[dict[str, Any]] = []
    for ring in _rings(chart, narrow):
        base = {"x": ring.at, "y": 0, "yref": "paper", "yshift": ring.up, "yanchor": "middle", "showarrow": False}
        marks.append(base | {"text": plain(ring.letters), "font": {"size": 11, "weight": 700}})
        if ring.words:
            away = ring.words_away
            side = {"xanchor": "left", "xshift": away} if ring.is_right else {"xanchor": "right", "xshift": -away}
            marks.append(base | side | {"text": plain(ring.words), "bgcolor": OVER_LINES})
    marks += [
        {"x": cut.at - 0.5, "y": 0, "yref": "paper", "yanchor": "bottom", "showarrow": False, "text": plain(cut.label)}
        | {"font": {"color": palette.NEUTRAL}}
        for cut in chart.breaks
    ]
    return marks


def _below(chart: TrendChart, narrow: bool) -> list[dict[str, Any]]:
    """Under the axis: what the numbers count, and the years."""
    base = {"yref": "paper", "y": 0, "showarrow": False, "font": {"color": palette.SECOND, "size": 11.5}}
    words = "n" if narrow else chart.base_name
    marks = [
        base | {"name": "group", "x": (first + last) / 2, "yshift": -48, "yanchor": "middle", "text": plain(name)}
        for name, first, last in chart.groups()
    ]
    if any(period_bases(chart)):
        marks.append(
            base
            | {"xref": "paper", "x": 0, "xanchor": "right", "yshift": -27, "yanchor": "middle", "text": plain(words)}
        )
    return marks
