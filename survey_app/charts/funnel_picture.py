"""The static picture of a funnel: shares by base, between the limits that chance alone explains."""

from __future__ import annotations

from itertools import pairwise

from survey_app.charts import palette
from survey_app.charts.canvas import Canvas, Size
from survey_app.charts.placing import spread
from survey_app.charts.points import Kind
from survey_app.charts.rows import FunnelChart
from survey_app.charts.trends import Corner

LIMITS: dict[str, dict[str, float | str]] = {
    "lower_998": {"stroke": palette.SECOND, "stroke_width": 1.25, "stroke_dasharray": "5 3"},
    "upper_998": {"stroke": palette.SECOND, "stroke_width": 1.25, "stroke_dasharray": "5 3"},
    "lower_95": {"stroke": palette.LAST_YEAR, "stroke_width": 1, "stroke_dasharray": "1 3"},
    "upper_95": {"stroke": palette.LAST_YEAR, "stroke_width": 1, "stroke_dasharray": "1 3"},
}

NAMED = {Kind.IMPROVEMENT, Kind.CONCERN, Kind.NEUTRAL}  # beyond the limits


def draw_funnel(chart: FunnelChart, size: Size, brand: str) -> Canvas:
    """Limits first, then the services; those outside 99.8% by name."""
    frame = size.value
    canvas = Canvas(chart, size.name.lower(), frame.width, frame.height)

    def x(base: float) -> float:
        return frame.left + chart.across(base) * (frame.inner_right - frame.left)

    def y(value: float) -> float:
        return frame.inner_bottom - chart.axis.position(value) * (frame.inner_bottom - frame.top)

    _scales(canvas, chart, size)
    for name, edge in chart.edges().items():
        for part in visible_parts(chart, edge):
            corners = [(x(base), y(share)) for base, share in stepped(part)]
            canvas.path(corners, **LIMITS[name])
    canvas.line((frame.left, y(chart.centre)), (frame.inner_right, y(chart.centre)), stroke=brand, stroke_width=1.5)
    for point in chart.points:
        if point.shown is not None and point.base:
            canvas.marker(point, x(point.base), y(point.shown), brand)
    _outside_names(canvas, chart, size)
    if size is not Size.NARROW:
        _line_names(canvas, chart, size, brand)
    return canvas


def stepped(edge: list[Corner]) -> list[Corner]:
    """A limit holds until the next base."""
    corners = [edge[0]]
    for (_, before), (base, share) in pairwise(edge):
        corners += [(base, before), (base, share)]
    return corners


def visible_parts(chart: FunnelChart, edge: list[Corner]) -> list[list[Corner]]:
    """A limit where the axis holds it."""
    parts: list[list[Corner]] = [[]]
    for corner in edge:
        if chart.axis.holds(corner[1]):
            parts[-1].append(corner)
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if len(part) > 1]


def _scales(canvas: Canvas, chart: FunnelChart, size: Size) -> None:
    frame = size.value
    for tick in chart.axis.ticks():
        y = frame.inner_bottom - chart.axis.position(tick) * (frame.inner_bottom - frame.top)
        look = palette.AXIS if tick == chart.axis.low else palette.GRID
        canvas.line((frame.left, y), (frame.inner_right, y), stroke=look, stroke_width=1)
        words = chart.axis.unit.tick(tick)
        canvas.text(words, frame.left - 8, y + 4, text_anchor="end", fill=palette.SECOND)
    ticks = chart.base_ticks()
    for tick in ticks[:: 2 if size is Size.NARROW and len(ticks) > 6 else 1]:
        x = frame.left + chart.across(tick) * (frame.inner_right - frame.left)
        canvas.line((x, frame.inner_bottom), (x, frame.inner_bottom + 5), stroke=palette.AXIS, stroke_width=1)
        canvas.text(f"{tick:,}", x, frame.inner_bottom + 18, text_anchor="middle")
    middle = (frame.left + frame.inner_right) / 2
    canvas.text(chart.base_name, middle, frame.inner_bottom + 38, text_anchor="middle", fill=palette.SECOND)


def _outside_names(canvas: Canvas, chart: FunnelChart, size: Size) -> None:
    frame = size.value
    named = [point for point in chart.points if point.shown is not None and point.shown_kind in NAMED]
    named.sort(key=lambda point: point.shown or 0.0, reverse=True)
    height = frame.inner_bottom - frame.top
    wanted = [frame.inner_bottom - chart.axis.position(point.shown or 0.0) * height for point in named]
    for point, y in zip(named, spread(wanted, 14, frame.top + 8, frame.inner_bottom - 6), strict=True):
        across = chart.across(point.base or 1)
        at = frame.left + across * (frame.inner_right - frame.left)
        is_right = across > 0.6
        anchor = "end" if is_right else "start"
        canvas.halo_text(point.label, at - 10 if is_right else at + 10, y + 4, text_anchor=anchor, font_weight="700")


def _line_names(canvas: Canvas, chart: FunnelChart, size: Size, brand: str) -> None:
    frame, last = size.value, chart.lines[-1]
    write = chart.axis.unit.text
    named = [
        (chart.centre, f"all together {write(chart.centre)}", brand, "700"),
        (last.upper_998, chart.limits_words, palette.SECOND, "400"),
        (last.lower_998, chart.limits_words, palette.SECOND, "400"),
    ]
    shown = [each for each in named if chart.axis.holds(each[0])]
    height = frame.inner_bottom - frame.top
    wanted = [frame.inner_bottom - chart.axis.position(value) * height for value, *_ in shown]
    for (_, words, colour, weight), y in zip(shown, spread(wanted, 15, 12, frame.inner_bottom), strict=True):
        canvas.text(words, frame.inner_right + 8, y + 4, fill=colour, font_weight=weight)
