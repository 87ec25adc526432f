"""The interactive chart: plotly figures made from our series, without plotly's default look. The only import of plotly.

Axes are fixed: zooming is a link whose address holds the state, so that what one person sees can be sent to another.
"""

from __future__ import annotations

from html import escape
from typing import Any

from plotly import graph_objects as go

from survey_app.charts import palette
from survey_app.charts.placing import corners, end_labels, short_labels, spread, steps_up
from survey_app.charts.series import Axis, BarChart, Chart, CrossChart, DotIntervalChart, Kind, Point, TrendChart

MARKERS: dict[Kind, tuple[str, str, str]] = {  # symbol, fill, outline
    Kind.PLAIN: ("circle", palette.BRAND, palette.BRAND),
    Kind.COMMON: ("circle", palette.COMMON, palette.COMMON_EDGE),
    Kind.IMPROVEMENT: ("diamond", palette.IMPROVEMENT, palette.IMPROVEMENT),
    Kind.CONCERN: ("triangle-down", palette.CONCERN, palette.CONCERN),
}
TREND_HEIGHT = 360
ROW_HEIGHT = 34
WIDE_MARGIN = {"l": 56, "r": 148, "t": 14, "b": 66}
NARROW_MARGIN = {"l": 44, "r": 10, "t": 28, "b": 66}


def payload(chart: Chart, brand: str = palette.BRAND) -> dict[str, Any]:
    """`data`, and the `layout` for a wide and a `narrow` place, as plotly.js takes them."""
    if isinstance(chart, TrendChart):
        return _as_json(
            _trend_traces(chart, brand), _trend_layout(chart, brand), _trend_layout(chart, brand, narrow=True)
        )
    if isinstance(chart, CrossChart):
        return _as_json(_cross_traces(chart, brand), _cross_layout(chart), _cross_layout(chart, narrow=True))
    traces = _bar_traces(chart, brand) if isinstance(chart, BarChart) else _dot_traces(chart, brand)
    return _as_json(traces, _rows_layout(chart), _rows_layout(chart, narrow=True))


def _as_json(traces: list[Any], wide: Any, narrow: Any) -> dict[str, Any]:
    figure = go.Figure(traces).to_plotly_json()
    return {"data": figure["data"], "layout": wide.to_plotly_json(), "narrow": narrow.to_plotly_json()}


def _words(text: str) -> str:
    """Plotly reads a little HTML in every text; ours are plain, and its bold is a style our policy refuses."""
    return escape(text, quote=False)


def hover_words(chart: Chart, point: Point) -> str | None:
    """Everything the table says of a point, and nothing more; None for a gap."""
    if point.shown is None:
        return None
    write = chart.axis.unit.text
    parts = [f"{point.label}: {write(point.shown)}"]
    if point.interval:
        parts.append(f"95% interval {write(point.interval[0])} to {write(point.interval[1])}")
    if point.base is not None:
        parts.append(f"of {point.base:,}" + (", indicative" if point.is_indicative else ""))
    return "<br>".join(_words(part) for part in parts)


def _marker(points: tuple[Point, ...], brand: str, size: int) -> dict[str, Any]:
    looks = [MARKERS[point.shown_kind] for point in points]
    fills = [brand if fill == palette.BRAND else fill for _, fill, _ in looks]
    edges = [brand if edge == palette.BRAND else edge for _, _, edge in looks]
    return {
        "symbol": [symbol for symbol, _, _ in looks],
        "color": [palette.PAPER if point.is_indicative else fill for point, fill in zip(points, fills, strict=True)],
        "line": {"color": edges, "width": 2},
        "opacity": 1,  # plotly fades markers whose sizes are a list
        "size": [size + 2 if point.shown_kind is Kind.IMPROVEMENT else size for point in points],
    }


def _trend_traces(chart: TrendChart, brand: str) -> list[Any]:
    return [*_bands(chart), *_last_year(chart), *_actual(chart, brand)]


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
    name = _words(chart.previous_label)
    return [go.Scatter(y=values, mode="lines", line=line, name=name, hoverinfo="skip", meta="previous")]


def _actual(chart: TrendChart, brand: str) -> list[Any]:
    """The line; a new wording cuts it by an empty place between the two sides."""
    places: list[float] = []
    points: list[Point | None] = []
    for index, point in enumerate(chart.points):
        if any(index - 1 < cut.at <= index for cut in chart.breaks):
            places.append(index - 0.5)
            points.append(None)
        places.append(index)
        points.append(point)
    gap = Point(label="", value=None, base=None)
    return [
        go.Scatter(
            x=places,
            y=[point.shown if point else None for point in points],
            mode="lines+markers",
            connectgaps=False,
            cliponaxis=False,
            line={"color": brand, "width": 2.5},
            marker=_marker(tuple(point or gap for point in points), brand, 9),
            hovertext=[hover_words(chart, point) if point else None for point in points],
            hoverinfo="text",
            name=_words(chart.line_label),
            meta="actual",
        )
    ]


def _shared_layout(narrow: bool) -> dict[str, Any]:
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


def _value_axis(axis: Axis) -> dict[str, Any]:
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


def _trend_layout(chart: TrendChart, brand: str, narrow: bool = False) -> Any:
    labels = [point.label for point in chart.points]
    bases = [point.base_words for point in chart.points]
    shown = short_labels(labels) if narrow else labels
    return go.Layout(
        **_shared_layout(narrow),
        height=TREND_HEIGHT,
        xaxis={
            "range": [-0.5, len(labels) - 0.5],
            "fixedrange": True,
            "tickvals": list(range(len(labels))),
            "ticktext": [f"{_words(label)}<br>{_words(base)}" for label, base in zip(shown, bases, strict=True)],
            "tickangle": 0,
            "showgrid": False,
            "zeroline": False,
            "showline": True,
            "linecolor": palette.AXIS,
        },
        yaxis=_value_axis(chart.axis),
        shapes=_trend_shapes(chart, narrow),
        annotations=[*_end_labels(chart, brand, narrow), *_letters(chart, narrow), *_below(chart, narrow)],
    )


def _trend_shapes(chart: TrendChart, narrow: bool) -> list[dict[str, Any]]:
    across = {"type": "line", "xref": "paper", "x0": 0, "x1": 1}
    shapes: list[dict[str, Any]] = []
    if chart.target:
        line = {"color": palette.TARGET, "width": 2, "dash": "7px,4px"}
        shapes.append(across | {"y0": chart.target.value, "y1": chart.target.value, "line": line})
    if chart.limits:
        line = {"color": palette.SECOND, "width": 1, "dash": "1px,3px"}
        shapes += [across | {"y0": at, "y1": at, "line": line} for at in (chart.limits.lower, chart.limits.upper)]
    for annotation, step in steps_up(chart.annotations):
        shapes += _letter_shapes(annotation.at, 18 + 20 * step, _inside(narrow))
    for cut in chart.breaks:
        wash = {"type": "rect", "yref": "paper", "y0": 0, "y1": 1, "x0": cut.at - 0.6, "x1": cut.at - 0.4}
        shapes.append(wash | {"fillcolor": palette.NEUTRAL_WASH, "line": {"width": 0}, "layer": "below"})
    if chart.axis.is_zoomed:
        shapes += [_axis_break(shift) for shift in (4, 9)]
    return shapes


def _inside(narrow: bool) -> int:
    """Height of a trend's plot in pixels."""
    margin = NARROW_MARGIN if narrow else WIDE_MARGIN
    return TREND_HEIGHT - margin["t"] - margin["b"]


def _letter_shapes(at: float, foot: float, inside: int) -> list[dict[str, Any]]:
    """A thin vertical and the circle at its foot, `foot` pixels above the axis."""
    line = {"color": palette.SECOND, "width": 1.5}
    vertical = {"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": foot / inside, "y1": 1, "line": line}
    across = {"xsizemode": "pixel", "xanchor": at, "x0": -9, "x1": 9}
    upwards = {"ysizemode": "pixel", "yref": "paper", "yanchor": 0, "y0": foot - 9, "y1": foot + 9}
    look = {"fillcolor": palette.PAPER, "line": {"color": palette.INK, "width": 1.25}}
    return [vertical, {"type": "circle"} | across | upwards | look]


def _axis_break(shift: float) -> dict[str, Any]:
    """One of the two strokes that break the value axis, `shift` pixels above its foot."""
    across = {"xsizemode": "pixel", "xref": "paper", "xanchor": 0, "x0": -6, "x1": 6}
    upwards = {"ysizemode": "pixel", "yref": "paper", "yanchor": 0, "y0": shift - 3, "y1": shift + 3}
    return {"type": "line", "line": {"color": palette.INK, "width": 1.25}} | across | upwards


def _end_labels(chart: TrendChart, brand: str, narrow: bool) -> list[dict[str, Any]]:
    """The lines' names at their right ends, moved apart where they would touch."""
    labels = [label for label in end_labels(chart, brand) if label.is_bold or not narrow]
    inside = _inside(narrow)
    wanted = [inside * (1 - chart.axis.position(label.value)) + (label.shift if narrow else 0) for label in labels]
    placed = spread(wanted, 15, -12 if narrow else 0, inside - 6)
    base = {"xref": "paper", "yref": "paper", "showarrow": False, "x": 1}
    side = {"xanchor": "right", "bgcolor": "rgba(255,255,255,0.8)"} if narrow else {"xanchor": "left", "xshift": 8}
    return [
        base
        | side
        | {"y": 1 - at / inside, "yanchor": "middle", "text": _words(label.words)}
        | {"font": {"color": label.colour, "size": 12, "weight": 700 if label.is_bold else 400}}
        for at, label in zip(placed, labels, strict=True)
    ]


def _letters(chart: TrendChart, narrow: bool) -> list[dict[str, Any]]:
    marks: list[dict[str, Any]] = []
    for annotation, step in steps_up(chart.annotations):
        base = {"x": annotation.at, "y": 0, "yref": "paper", "yshift": 18 + 20 * step, "showarrow": False}
        look = {"text": _words(annotation.letter), "yanchor": "middle", "font": {"size": 11, "weight": 700}}
        marks.append(base | look)
        if not narrow:
            left = annotation.at > len(chart.points) * 0.62
            place = {"xanchor": "right", "xshift": -13} if left else {"xanchor": "left", "xshift": 13}
            marks.append(base | place | {"text": _words(annotation.text), "yanchor": "middle"})
    marks += [
        {"x": cut.at - 0.5, "y": 0, "yref": "paper", "yanchor": "bottom", "showarrow": False, "text": _words(cut.label)}
        | {"font": {"color": palette.NEUTRAL}}
        for cut in chart.breaks
    ]
    return marks


def _below(chart: TrendChart, narrow: bool) -> list[dict[str, Any]]:
    """Under the axis: what the numbers count, and the years."""
    base = {"yref": "paper", "y": 0, "showarrow": False, "font": {"color": palette.SECOND, "size": 11.5}}
    words = "n" if narrow else chart.base_name
    marks = [
        base | {"x": (first + last) / 2, "yshift": -48, "yanchor": "middle", "text": _words(name)}
        for name, first, last in chart.groups()
    ]
    if any(point.base is not None for point in chart.points):
        marks.append(
            base
            | {"xref": "paper", "x": 0, "xanchor": "right", "yshift": -27, "yanchor": "middle", "text": _words(words)}
        )
    return marks


def _row_places(chart: DotIntervalChart | BarChart) -> list[int]:
    return list(range(len(chart.points)))


def _dot_traces(chart: DotIntervalChart, brand: str) -> list[Any]:
    known = [(row, interval) for row, point in enumerate(chart.points) if (interval := point.interval)]
    bars = go.Bar(
        orientation="h",
        y=[row for row, _ in known],
        base=[low for _, (low, _) in known],
        x=[high - low for _, (low, high) in known],
        width=0.32,
        marker={"color": palette.INTERVAL, "line": {"color": palette.INTERVAL_EDGE, "width": 1}},
        hoverinfo="skip",
        meta="interval",
    )
    tick = {"symbol": "line-ns", "size": 16, "line": {"color": palette.SECOND, "width": 2}}
    previous = go.Scatter(
        x=[point.shown_previous for point in chart.points],
        y=_row_places(chart),
        mode="markers",
        marker=tick,
        cliponaxis=False,
        hoverinfo="skip",
        meta="previous",
    )
    dots = go.Scatter(
        x=[point.shown for point in chart.points],
        y=_row_places(chart),
        mode="markers",
        marker=_marker(chart.points, brand, 10),
        cliponaxis=False,
        hovertext=[hover_words(chart, point) for point in chart.points],
        hoverinfo="text",
        meta="actual",
    )
    return [bars, previous, dots]


def _bar_traces(chart: BarChart, brand: str) -> list[Any]:
    return [
        go.Bar(
            orientation="h",
            x=[point.shown for point in chart.points],
            y=_row_places(chart),
            width=0.6,
            marker={"color": [palette.PAPER if point.is_indicative else brand for point in chart.points]}
            | {"line": {"color": brand, "width": 1.5}},
            hovertext=[hover_words(chart, point) for point in chart.points],
            hoverinfo="text",
            meta="actual",
        )
    ]


def _rows_layout(chart: DotIntervalChart | BarChart, narrow: bool = False) -> Any:
    write = chart.axis.unit.text
    names = []
    for point in chart.points:
        figure = "not shown" if point.shown is None else write(point.shown)
        of = f" of {point.base:,}" if point.base is not None and not point.is_hidden else ""
        names.append(f"{_words(point.label)}{'<br>' if narrow else '  '}{figure}{of}")
    shapes, labels = [], []
    if chart.target:
        at = {"x0": chart.target.value, "x1": chart.target.value, "y0": 0, "y1": 1, "yref": "paper", "type": "line"}
        shapes.append(at | {"line": {"color": palette.PAPER, "width": 5}})
        shapes.append(at | {"line": {"color": palette.TARGET, "width": 2, "dash": "7px,4px"}})
        anchor = "right" if chart.axis.position(chart.target.value) > 0.5 else "left"
        font = {"color": palette.TARGET, "weight": 700}
        words = {"text": _words(chart.target.words(chart.axis.unit)), "font": font}
        labels.append(
            words
            | {"x": chart.target.value, "y": 0, "yref": "paper", "yshift": -12, "showarrow": False}
            | {"xanchor": anchor}
        )
    margin = {"l": 132 if narrow else 260, "r": 28, "t": 30, "b": 28}
    return go.Layout(
        **(_shared_layout(narrow) | {"margin": margin}),
        height=58 + (ROW_HEIGHT + (8 if narrow else 0)) * len(chart.points),
        xaxis=_value_axis(chart.axis) | {"side": "top"},
        yaxis={
            "range": [len(chart.points) - 0.5, -0.5],
            "fixedrange": True,
            "tickvals": _row_places(chart),
            "ticktext": names,
            "showgrid": False,
            "zeroline": False,
        },
        shapes=shapes,
        annotations=labels,
        bargap=0.2,
    )


CROSS_MARGIN = {"l": 56, "r": 16, "t": 14, "b": 52}
CROSS_INSIDE = 290.0  # pixels of a plot on a phone; what has room there has room on any page


def _cross_traces(chart: CrossChart, brand: str) -> list[Any]:
    """A dot with whiskers in both directions; the name stands where the picture has it."""
    points = tuple(point for point in chart.points if point.shown is not None)
    up = [point.shown or 0.0 for point in points]
    names = [
        (
            chart.across.position(point.at) * CROSS_INSIDE,
            (1 - chart.axis.position(y)) * CROSS_INSIDE,
            7.0 * len(point.label),
        )
        for point, y in zip(points, up, strict=True)
    ]
    whiskers = {"type": "data", "symmetric": False, "color": palette.INTERVAL_EDGE, "thickness": 1.5, "width": 0}
    heights = [point.interval or (y, y) for point, y in zip(points, up, strict=True)]
    widths = [point.at_interval or (point.at, point.at) for point in points]
    return [
        go.Scatter(
            x=[point.at for point in points],
            y=up,
            error_x=whiskers
            | {"array": [high - point.at for point, (_, high) in zip(points, widths, strict=True)]}
            | {"arrayminus": [point.at - low for point, (low, _) in zip(points, widths, strict=True)]},
            error_y=whiskers
            | {"array": [high - y for y, (_, high) in zip(up, heights, strict=True)]}
            | {"arrayminus": [y - low for y, (low, _) in zip(up, heights, strict=True)]},
            mode="markers+text",
            text=[_words(point.label) for point in points],
            textposition=[
                f"{'top' if corner.is_above else 'bottom'} {'right' if corner.is_right else 'left'}"
                for corner in corners(names, (0, CROSS_INSIDE))
            ],
            marker=_marker(points, brand, 9),
            cliponaxis=False,
            hovertext=[
                f"{hover_words(chart, point)}<br>{_words(chart.across_name)} {chart.across.unit.text(point.at)}"
                for point in points
            ],
            hoverinfo="text",
            meta="actual",
        )
    ]


def _cross_layout(chart: CrossChart, narrow: bool = False) -> Any:
    shapes, labels = [], []
    if chart.means:
        line = {"type": "line", "line": {"color": palette.SECOND, "width": 1, "dash": "2px,3px"}}
        across, up = chart.means
        shapes.append(line | {"x0": across, "x1": across, "yref": "paper", "y0": 0, "y1": 1})
        shapes.append(line | {"y0": up, "y1": up, "xref": "paper", "x0": 0, "x1": 1})
        for words, (x, y) in zip(chart.areas, ((0, 1), (1, 1), (0, 0), (1, 0)), strict=True):
            place = {"x": x, "y": y, "xref": "paper", "yref": "paper", "showarrow": False}
            place |= {"xanchor": "right" if x else "left", "yanchor": "top" if y else "bottom"}
            labels.append(place | {"text": _words(words), "font": {"color": palette.SECOND, "weight": 700}})
    return go.Layout(
        **(_shared_layout(narrow) | {"margin": CROSS_MARGIN}),
        height=TREND_HEIGHT,
        xaxis=_value_axis(chart.across) | {"title": {"text": _words(chart.across_name)}},
        yaxis=_value_axis(chart.axis),
        shapes=shapes,
        annotations=labels,
    )
