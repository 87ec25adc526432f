"""The static picture of rows in two directions: a cross of two intervals each."""

from __future__ import annotations

from collections.abc import Callable

from survey_app.charts import palette
from survey_app.charts.canvas import Canvas, Size
from survey_app.charts.placing import name_sides
from survey_app.charts.rows import CrossChart, CrossPoint


def draw_crosses(chart: CrossChart, size: Size, brand: str) -> Canvas:
    """Grid and axes, the lines at the means with the words of the four areas, then a cross, a dot and a name each."""
    frame = size.value
    canvas = Canvas(chart, size.name.lower(), frame.width, frame.height)
    left, right, top, bottom = float(frame.left), float(frame.width - 16), float(frame.top), frame.height - 52.0

    def x(value: float) -> float:
        return left + chart.across.position(value) * (right - left)

    def y(value: float) -> float:
        return bottom - chart.axis.position(value) * (bottom - top)

    for tick in chart.axis.ticks():
        canvas.line((left, y(tick)), (right, y(tick)), stroke=palette.GRID)
        canvas.text(chart.axis.unit.tick(tick), left - 8, y(tick) + 4, text_anchor="end", fill=palette.SECOND)
    for tick in chart.across.ticks():
        canvas.line((x(tick), top), (x(tick), bottom), stroke=palette.GRID)
        canvas.text(chart.across.unit.tick(tick), x(tick), bottom + 18, text_anchor="middle", fill=palette.SECOND)
    canvas.text(f"{chart.across_name} \u2192", right, bottom + 38, text_anchor="end")
    canvas.text(f"\u2191 {chart.value_name}", 8, bottom + 38)
    if chart.means:
        dashed: dict[str, float | str] = {"stroke": palette.SECOND, "stroke_dasharray": "2 3"}
        canvas.line((x(chart.means[0]), top), (x(chart.means[0]), bottom), **dashed)
        canvas.line((left, y(chart.means[1])), (right, y(chart.means[1])), **dashed)
        places = ((left + 6, top + 14), (right - 6, top + 14), (left + 6, bottom - 8), (right - 6, bottom - 8))
        for words, place, anchor in zip(chart.areas, places, ("start", "end") * 2, strict=True):
            canvas.halo_text(words, *place, text_anchor=anchor, font_weight="700", fill=palette.SECOND)
    drawn = [(point, x(point.at), y(point.shown)) for point in chart.points if point.shown is not None]
    for point, across, up in drawn:
        _cross(canvas, point, (across, up), (x, y))
    for point, across, up in drawn:
        canvas.marker(point, across, up, brand)
    named = [(across, up, 7.0 * len(point.label)) for point, across, up in drawn]
    for (point, across, up), side in zip(drawn, name_sides(named, (left, right)), strict=True):
        anchor = "start" if side.is_right else "end"
        words_y = up - 8 if side.is_above else up + 17
        canvas.halo_text(point.label, across + (8 if side.is_right else -8), words_y, text_anchor=anchor)
    return canvas


def _cross(
    canvas: Canvas,
    point: CrossPoint,
    centre: tuple[float, float],
    scales: tuple[Callable[[float], float], Callable[[float], float]],
) -> None:
    look: dict[str, float | str] = {"stroke": palette.INTERVAL_EDGE, "stroke_width": 1.5}
    if point.interval:
        canvas.line((centre[0], scales[1](point.interval[0])), (centre[0], scales[1](point.interval[1])), **look)
    if point.at_interval:
        canvas.line((scales[0](point.at_interval[0]), centre[1]), (scales[0](point.at_interval[1]), centre[1]), **look)
