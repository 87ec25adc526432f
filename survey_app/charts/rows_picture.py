"""The static picture of rows on one scale: bars, or dots with their intervals."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree as ET

from survey_app.charts import palette
from survey_app.charts.canvas import Canvas, Size
from survey_app.charts.placing import CHARACTER
from survey_app.charts.points import Point
from survey_app.charts.rows import BarChart, DotIntervalChart
from survey_app.kernel.characters import shortened

ROW_HEIGHT = 34
ROW_HEIGHT_NARROW = 46


def draw_rows(chart: DotIntervalChart | BarChart, size: Size, brand: str) -> Canvas:
    """Names left, figures in the middle, marks on one scale at the right; on a phone the words stand above the mark."""
    wide = size is not Size.NARROW
    frame, step, top = size.value, ROW_HEIGHT if wide else ROW_HEIGHT_NARROW, 30
    height = top + step * len(chart.points) + 28
    canvas = Canvas(chart, size.name.lower(), frame.width, height)
    left, right = (min(300.0, frame.width * 0.42) if wide else 8.0), float(frame.width - 24)

    def x(value: float) -> float:
        return left + chart.axis.position(value) * (right - left)

    for tick in chart.axis.ticks():
        canvas.text(chart.axis.unit.tick(tick), x(tick), 16, text_anchor="middle", fill=palette.SECOND)
        is_zero = tick == 0 and chart.axis.low < 0
        canvas.line((x(tick), 22), (x(tick), height - 28), stroke=palette.SECOND if is_zero else palette.GRID)
    for row, point in enumerate(chart.points):
        middle = top + step * row + step / 2
        mark = middle if wide else middle + 9
        _row_words(canvas, chart, point, (left - 20 if wide else right, middle + 4 if wide else middle - 6))
        if isinstance(chart, BarChart):
            _bar(canvas, point, (x(0), x(point.shown or 0)), mark, brand)
        else:
            _dot(canvas, point, x, mark, brand)
    if chart.target:
        at, words = x(chart.target.value), chart.target.words(chart.axis.unit)
        canvas.line((at, 22), (at, height - 24), stroke=palette.PAPER, stroke_width=5)
        canvas.line((at, 22), (at, height - 24), stroke=palette.TARGET, stroke_width=2, stroke_dasharray="7 4")
        anchor = "end" if at > (left + right) / 2 else "start"
        canvas.text(words, at, height - 8, text_anchor=anchor, font_weight="700", fill=palette.TARGET)
    return canvas


def _row_words(canvas: Canvas, chart: DotIntervalChart | BarChart, point: Point, end: tuple[float, float]) -> None:
    right, y = end
    figure = "not shown" if point.shown is None else chart.axis.unit.text(point.shown)
    of = f" of {point.base:,}" if point.base is not None and not point.is_hidden else ""
    room = right - 8 - (len(figure) + len(of)) * CHARACTER
    canvas.text(shortened(point.label, max(8, int(room / CHARACTER))), 8, y)  # whole in the table
    words = canvas.add("text", x=right, y=y, text_anchor="end")
    ET.SubElement(words, "tspan", {"font-weight": "700"}).text = figure
    if of:
        ET.SubElement(words, "tspan", {"fill": palette.SECOND}).text = of


def _bar(canvas: Canvas, point: Point, ends: tuple[float, float], y: float, brand: str) -> None:
    if point.shown is not None:
        look = {"fill": palette.PAPER if point.is_indicative else brand, "stroke": brand}
        canvas.add("rect", x=ends[0], y=y - 7, width=ends[1] - ends[0], height=14, stroke_width=1.5, **look)


def _dot(canvas: Canvas, point: Point, x: Callable[[float], float], y: float, brand: str) -> None:
    if point.interval:
        low, high = (x(end) for end in point.interval)
        look = {"fill": palette.INTERVAL, "stroke": palette.INTERVAL_EDGE}
        canvas.add("rect", x=low, y=y - 5, width=high - low, height=10, stroke_width=1, **look)
    if point.shown_previous is not None:
        before = x(point.shown_previous)
        canvas.line((before, y - 8), (before, y + 8), stroke=palette.SECOND, stroke_width=2)
    if point.shown is not None:
        canvas.marker(point, x(point.shown), y, brand)
