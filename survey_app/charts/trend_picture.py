"""The static picture of a figure over time."""

from __future__ import annotations

from dataclasses import replace

from survey_app.charts import palette
from survey_app.charts.canvas import Canvas, Size
from survey_app.charts.placing import (
    CROWDED,
    NAME_HEIGHT,
    LineLabel,
    end_labels,
    name_rows,
    names_above,
    period_bases,
    period_labels,
    spread,
)
from survey_app.charts.rings import RADIUS, Ring, place_rings
from survey_app.charts.trends import TrendChart


class TrendPicture:
    """Draws from the back to the front: grid, interval, target, last year, line, words."""

    def __init__(self, chart: TrendChart, size: Size, brand: str) -> None:
        self.chart, self.size, self.brand, self.frame = chart, size, brand, size.value
        self.canvas = Canvas(chart, size.name.lower(), self.frame.width, self.frame.height)
        self.is_small = size is Size.SMALL
        self.above = names_above(chart, brand, self.frame.inner_right) if size is Size.NARROW else []
        self.frame = replace(self.frame, top=max(self.frame.top, 14 + NAME_HEIGHT * name_rows(self.above)))
        self.line_width, self.mark_size = (2.0, 3.25) if self.is_small else (2.5, 4.5)
        if len(chart.points) > CROWDED:
            self.mark_size = 3.25

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
                self.canvas.add("rect", x=left, y=self.frame.top, width=right - left, height=height, fill=palette.WASH)

    def grid(self) -> None:
        for tick in self.chart.axis.ticks(2 if self.is_small else 4):
            y = self.y(tick)
            look = palette.AXIS if tick == self.chart.axis.low else palette.GRID
            self.canvas.line((self.frame.left, y), (self.frame.inner_right, y), stroke=look, stroke_width=1)
            words = self.chart.axis.unit.tick(tick)
            self.canvas.text(words, self.frame.left - 8, y + 4, text_anchor="end", fill=palette.SECOND)
        if self.chart.axis.is_cut_below and not self.is_small:
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
        for run in self.chart.runs():
            corners = [(index, self.chart.points[index]) for index in run]
            places = [(self.x(index), self.y(point.shown)) for index, point in corners if point.shown is not None]
            if len(places) > 1:
                self.canvas.path(places, stroke=self.brand, stroke_width=self.line_width, stroke_linejoin="round")
            for (x, y), (_, point) in zip(places, corners, strict=True):
                self.canvas.marker(point, x, y, self.brand, self.mark_size)

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
        bases = period_bases(self.chart)
        for index, label in enumerate(period_labels(self.chart, narrow=self.size is Size.NARROW)):
            for words, down, look in ((label, 18, {}), (bases[index], 34, second)):
                if words:
                    self.canvas.text(words, self.x(index), bottom + down, **middle, **look)
        if any(bases):
            words = "n" if self.size is Size.NARROW else self.chart.base_name
            self.canvas.text(words, self.frame.left - 8, bottom + 34, text_anchor="end", **second)

    def annotations(self) -> None:
        """Letters on thin verticals, with their words where a wide picture has room; the list below has all of them."""
        foot = self.frame.inner_bottom
        bold: dict[str, float | str] = {"text_anchor": "middle", "font_weight": "700", "font_size": "11"}
        for ring in place_rings(self.chart, self.frame, with_words=self.size is not Size.NARROW):
            x, y = self.frame.left + ring.x, foot - ring.up
            for place in ring.places:
                start, end = (self.x(place), self.frame.top), (self.x(place), y - RADIUS)
                self.canvas.line(start, end, stroke=palette.SECOND, stroke_width=1.5)
            self._ring(ring, x, y)
            self.canvas.text(ring.letters, x, y + 4, **bold)
            if ring.words:
                beside = ring.words_away if ring.is_right else -ring.words_away
                anchor = "start" if ring.is_right else "end"
                self.canvas.halo_text(ring.words, x + beside, y + 4, text_anchor=anchor)

    def _ring(self, ring: Ring, x: float, y: float) -> None:
        look: dict[str, float | str] = {"fill": palette.PAPER, "stroke": palette.INK, "stroke_width": 1.25}
        if len(ring.places) == 1:
            self.canvas.add("circle", cx=x, cy=y, r=RADIUS, **look)
            return
        size = {"width": 2 * ring.half, "height": 2 * RADIUS, "rx": RADIUS}
        self.canvas.add("rect", x=x - ring.half, y=y - RADIUS, **size, **look)

    def line_ends(self) -> None:
        """The lines' names at their right ends; above them where there is no room."""
        for name in self.above:
            self._name(name.label, 4 + name.x, 16 + NAME_HEIGHT * name.row)
        if self.size is Size.NARROW:
            return
        labels = end_labels(self.chart, self.brand)
        wanted = [self.y(label.value) for label in labels]
        for label, y in zip(labels, spread(wanted, 15, 12, self.frame.inner_bottom), strict=True):
            self._name(label, self.frame.inner_right + 8, y + 4)

    def _name(self, label: LineLabel, x: float, y: float) -> None:
        self.canvas.text(label.words, x, y, fill=label.colour, font_weight="700" if label.is_bold else "400")
