"""The static picture: an SVG that reads without scripts, in print, in a PDF and in a screen reader.

Drawn from the same series as the interactive figure. Every look is an attribute (no style sheet, no inline style), so
it obeys the strictest content security policy and stands alone in a file. Built as an XML tree: whatever a council
calls its services, the picture stays well-formed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from xml.etree import ElementTree as ET

from survey_app.charts import palette
from survey_app.charts.placing import corners, end_labels, short_labels, spread, steps_up
from survey_app.charts.series import BarChart, Chart, CrossChart, CrossPoint, DotIntervalChart, Kind, Point, TrendChart

NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Frame:
    """The place a picture has, in pixels, and how much it says there."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int

    @property
    def inner_right(self) -> int:
        return self.width - self.right

    @property
    def inner_bottom(self) -> int:
        return self.height - self.bottom


class Size(Enum):
    WIDE = Frame(width=860, height=360, left=56, right=148, top=14, bottom=66)
    HALF = Frame(width=570, height=340, left=56, right=148, top=14, bottom=66)
    NARROW = Frame(width=366, height=300, left=44, right=10, top=30, bottom=62)
    SMALL = Frame(width=272, height=104, left=44, right=8, top=8, bottom=20)


class Canvas:
    """An SVG element that shapes are added to; positions in pixels."""

    def __init__(self, chart: Chart, suffix: str, width: float, height: float) -> None:
        name = f"{chart.key}-{suffix}"
        self.root = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": f"0 0 {width:g} {height:g}",
                "width": f"{width:g}",
                "height": f"{height:g}",
                "role": "img",
                "aria-labelledby": f"{name}-title {name}-desc",
                "font-family": palette.FONT,
                "font-size": "12",
                "fill": palette.INK,
            },
        )
        ET.SubElement(self.root, "title", id=f"{name}-title").text = _clean(chart.title)
        ET.SubElement(self.root, "desc", id=f"{name}-desc").text = _clean(chart.sentence)

    def add(self, tag: str, **attributes: float | str) -> ET.Element:
        written = {
            name.replace("_", "-"): value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
            for name, value in attributes.items()
        }
        return ET.SubElement(self.root, tag, written)

    def line(self, start: tuple[float, float], end: tuple[float, float], **look: float | str) -> None:
        self.add("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], **look)

    def path(self, corners: list[tuple[float, float]], **look: float | str) -> None:
        self.add("polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in corners), **({"fill": "none"} | look))

    def text(self, words: str, x: float, y: float, **look: float | str) -> None:
        self.add("text", x=x, y=y, **look).text = _clean(words)

    def halo_text(self, words: str, x: float, y: float, **look: float | str) -> None:
        """Words over lines, with a paper edge that keeps them legible."""
        edge: dict[str, float | str] = {"paint_order": "stroke", "stroke": palette.PAPER, "stroke_width": 4}
        self.text(words, x, y, **(edge | look))

    def marker(self, point: Point, x: float, y: float, brand: str, size: float = 4.5) -> None:
        """Shape and colour together; hollow is indicative."""
        edges = {Kind.IMPROVEMENT: palette.IMPROVEMENT, Kind.CONCERN: palette.CONCERN, Kind.COMMON: palette.COMMON_EDGE}
        edge = edges.get(point.shown_kind, brand)
        fill = palette.COMMON if point.shown_kind is Kind.COMMON else edge
        look: dict[str, float | str] = {"fill": palette.PAPER if point.is_indicative else fill}
        look |= {"stroke": edge, "stroke_width": 1.75}
        corner = size * 1.2
        match point.shown_kind:
            case Kind.IMPROVEMENT:
                self._closed([(x, y - corner), (x + corner, y), (x, y + corner), (x - corner, y)], look)
            case Kind.CONCERN:
                self._closed([(x - corner, y - size), (x + corner, y - size), (x, y + corner)], look)
            case _:
                self.add("circle", cx=x, cy=y, r=size, **look)

    def _closed(self, corners: list[tuple[float, float]], look: dict[str, float | str]) -> None:
        self.add("polygon", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in corners), **look)

    def __str__(self) -> str:
        return ET.tostring(self.root, encoding="unicode", short_empty_elements=True)


def _clean(words: str) -> str:
    return NOT_XML.sub("\ufffd", words)


def picture(chart: Chart, size: Size = Size.WIDE, brand: str = palette.BRAND) -> str:
    """The chart as one SVG element. `size` is where it will stand: a page, a phone, a row of small multiples."""
    if isinstance(chart, TrendChart):
        return str(_Trend(chart, size, brand).draw())
    if isinstance(chart, CrossChart):
        return str(_crosses(chart, size, brand))
    return str(_rows(chart, size, brand))


class _Trend:
    """Draws from the back to the front: grid, interval, target, last year, line, words."""

    def __init__(self, chart: TrendChart, size: Size, brand: str) -> None:
        self.chart, self.size, self.brand, self.frame = chart, size, brand, size.value
        self.canvas = Canvas(chart, size.name.lower(), self.frame.width, self.frame.height)
        self.is_small = size is Size.SMALL

    def x(self, place: float) -> float:
        inside = self.frame.inner_right - self.frame.left
        return self.frame.left + (place + 0.5) / max(1, len(self.chart.points)) * inside

    def y(self, value: float) -> float:
        inside = self.frame.inner_bottom - self.frame.top
        return self.frame.inner_bottom - self.chart.axis.position(value) * inside

    def draw(self) -> Canvas:
        self.group_washes()
        self.grid()
        self.intervals()
        self.breaks()
        self.limits()
        self.target()
        self.previous()
        if not self.is_small:
            self.annotations()
        self.actual()
        self.below()
        if not self.is_small:
            self.line_ends()
        return self.canvas

    def group_washes(self) -> None:
        """Years of a small multiple alternate on a faint wash, so that quarters need no labels."""
        if self.is_small:
            for _, first, last in self.chart.groups()[::2]:
                left, right = self.x(first - 0.5), self.x(last + 0.5)
                height = self.frame.inner_bottom - self.frame.top
                self.canvas.add("rect", x=left, y=self.frame.top, width=right - left, height=height, fill="#f4f6f8")

    def grid(self) -> None:
        for tick in self.chart.axis.ticks(2 if self.is_small else 4):
            y = self.y(tick)
            look = palette.AXIS if tick == self.chart.axis.low else palette.GRID
            self.canvas.line((self.frame.left, y), (self.frame.inner_right, y), stroke=look, stroke_width=1)
            words = self.chart.axis.unit.tick(tick)
            self.canvas.text(words, self.frame.left - 8, y + 4, text_anchor="end", fill=palette.SECOND)
        if self.chart.axis.is_zoomed and not self.is_small:
            x, y = float(self.frame.left), self.frame.inner_bottom - 7.0
            for shift in (0, 5):
                start, end = (x - 6, y + 4 - shift), (x + 6, y - 2 - shift)
                self.canvas.line(start, end, stroke=palette.INK, stroke_width=1.25)

    def intervals(self) -> None:
        points = self.chart.points
        for run in self.chart.runs():
            known = [(self.x(index), interval) for index in run if (interval := points[index].interval)]
            if len(known) == 1:
                x, (low, high) = known[0]
                look = {"stroke": palette.INTERVAL_EDGE}
                self.canvas.line((x, self.y(low)), (x, self.y(high)), stroke_width=1.75, **look)
            elif known:
                upper = [(x, self.y(high)) for x, (_, high) in known]
                lower = [(x, self.y(low)) for x, (low, _) in reversed(known)]
                self.canvas.path([*upper, *lower], fill=palette.BAND)

    def breaks(self) -> None:
        for cut in self.chart.breaks:
            x, height = self.x(cut.at - 0.5), self.frame.inner_bottom - self.frame.top
            self.canvas.add("rect", x=x - 8, y=self.frame.top, width=16, height=height, fill=palette.NEUTRAL_WASH)
            look: dict[str, float | str] = {"text_anchor": "middle", "font_weight": "700", "fill": palette.NEUTRAL}
            self.canvas.text(cut.label, x, self.frame.inner_bottom - 6, **look)

    def limits(self) -> None:
        if self.chart.limits:
            for value in (self.chart.limits.lower, self.chart.limits.upper):
                start, end = (self.frame.left, self.y(value)), (self.frame.inner_right, self.y(value))
                self.canvas.line(start, end, stroke=palette.SECOND, stroke_width=1, stroke_dasharray="1 3")

    def target(self) -> None:
        if self.chart.target:
            y = self.y(self.chart.target.value)
            look: dict[str, float | str] = {"stroke": palette.TARGET, "stroke_width": 1.5 if self.is_small else 2}
            dash = "5 3" if self.is_small else "7 4"
            self.canvas.line((self.frame.left, y), (self.frame.inner_right, y), stroke_dasharray=dash, **look)

    def previous(self) -> None:
        corners: list[tuple[float, float]] = []
        for index, point in enumerate((*self.chart.points, None)):
            if point is not None and point.shown_previous is not None:
                corners.append((self.x(index), self.y(point.shown_previous)))
            elif corners:
                self.canvas.path(corners, stroke=palette.LAST_YEAR, stroke_width=1.5)
                corners = []

    def actual(self) -> None:
        width = 2 if self.is_small else 2.5
        for run in self.chart.runs():
            corners = [(index, self.chart.points[index]) for index in run]
            places = [(self.x(index), self.y(point.shown)) for index, point in corners if point.shown is not None]
            if len(places) > 1:
                self.canvas.path(places, stroke=self.brand, stroke_width=width, stroke_linejoin="round")
            for (x, y), (_, point) in zip(places, corners, strict=True):
                self.canvas.marker(point, x, y, self.brand, 3.25 if self.is_small else 4.5)

    def below(self) -> None:
        """Periods, what they stand on, and the years they belong to."""
        bottom = self.frame.inner_bottom
        middle: dict[str, float | str] = {"text_anchor": "middle"}
        second: dict[str, float | str] = {"fill": palette.SECOND}
        for name, first, last in self.chart.groups():
            y = bottom + (15 if self.is_small else 52)
            self.canvas.text(name, (self.x(first) + self.x(last)) / 2, y, **middle, **second)
        if self.is_small:
            return
        labels = [point.label for point in self.chart.points]
        for index, label in enumerate(short_labels(labels) if self.size is Size.NARROW else labels):
            self.canvas.text(label, self.x(index), bottom + 18, **middle)
            self.canvas.text(self.chart.points[index].base_words, self.x(index), bottom + 34, **middle, **second)
        if any(point.base is not None for point in self.chart.points):
            words = "n" if self.size is Size.NARROW else self.chart.base_name
            self.canvas.text(words, self.frame.left - 8, bottom + 34, text_anchor="end", **second)

    def annotations(self) -> None:
        """A letter on a thin vertical; the words on a wide picture only, a phone lists them below."""
        for annotation, step in steps_up(self.chart.annotations):
            x, y = self.x(annotation.at), self.frame.inner_bottom - 18 - 20 * step
            self.canvas.line((x, self.frame.top), (x, y - 9), stroke=palette.SECOND, stroke_width=1.5)
            self.canvas.add("circle", cx=x, cy=y, r=9, fill=palette.PAPER, stroke=palette.INK, stroke_width=1.25)
            bold: dict[str, float | str] = {"text_anchor": "middle", "font_weight": "700", "font_size": "11"}
            self.canvas.text(annotation.letter, x, y + 4, **bold)
            if self.size is not Size.NARROW:
                is_late = annotation.at > len(self.chart.points) * 0.62
                anchor = "end" if is_late else "start"
                self.canvas.halo_text(annotation.text, x - 14 if is_late else x + 14, y + 4, text_anchor=anchor)

    def line_ends(self) -> None:
        labels = end_labels(self.chart, self.brand)
        wide = self.size is not Size.NARROW
        if not wide:
            labels = [label for label in labels if label.is_bold]
        wanted = [self.y(label.value) + (0 if wide else label.shift) for label in labels]
        for label, y in zip(labels, spread(wanted, 15, 12, self.frame.inner_bottom), strict=True):
            look: dict[str, float | str] = {"fill": label.colour, "font_weight": "700" if label.is_bold else "400"}
            if wide:
                self.canvas.text(label.words, self.frame.inner_right + 8, y + 4, **look)
            else:
                self.canvas.halo_text(label.words, self.frame.inner_right, y + 4, text_anchor="end", **look)


ROW_HEIGHT = 34
ROW_HEIGHT_NARROW = 46


def _rows(chart: DotIntervalChart | BarChart, size: Size, brand: str) -> Canvas:
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
    canvas.text(point.label, 8, y)
    figure = "not shown" if point.shown is None else chart.axis.unit.text(point.shown)
    words = canvas.add("text", x=right, y=y, text_anchor="end")
    ET.SubElement(words, "tspan", {"font-weight": "700"}).text = figure
    if point.base is not None and not point.is_hidden:
        ET.SubElement(words, "tspan", {"fill": palette.SECOND}).text = f" of {point.base:,}"


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


def _crosses(chart: CrossChart, size: Size, brand: str) -> Canvas:
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
    for (point, across, up), corner in zip(drawn, corners(named, (left, right)), strict=True):
        anchor = "start" if corner.is_right else "end"
        words_y = up - 8 if corner.is_above else up + 17
        canvas.halo_text(point.label, across + (8 if corner.is_right else -8), words_y, text_anchor=anchor)
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
