"""The static picture of a figure before and after a change."""

from __future__ import annotations

from survey_app.charts import palette
from survey_app.charts.canvas import Canvas, Size
from survey_app.charts.trend_picture import TrendPicture
from survey_app.charts.trends import BeforeAfterChart, Span

WHISKER = 1.25
BELOW = 17  # pixels from a band to the words under it


class BeforeAfterPicture(TrendPicture):
    """Draws from the back to the front: grid, bands, intervals, target, the change, lines, points, words."""

    chart: BeforeAfterChart

    def draw(self) -> Canvas:
        self.grid()
        self.bands()
        self.whiskers()
        self.target()
        self.annotations()
        self.lines()
        self.marks()
        self.below()
        self.names()
        return self.canvas

    def bands(self) -> None:
        for span in self.chart.spans:
            if span.interval is not None:
                left, right = self._ends(span)
                top, bottom = self.y(span.interval[1]), self.y(span.interval[0])
                self.canvas.add("rect", x=left, y=top, width=right - left, height=bottom - top, fill=palette.BAND)

    def whiskers(self) -> None:
        look = {"stroke": palette.INTERVAL_EDGE}
        for index, point in enumerate(self.chart.points):
            if point.interval is not None:
                low, high = point.interval
                x = self.x(index)
                self.canvas.line((x, self.y(low)), (x, self.y(high)), stroke_width=WHISKER, **look)

    def lines(self) -> None:
        for span in self.chart.spans:
            (left, right), y = self._ends(span), self.y(span.value)
            self.canvas.line((left, y), (right, y), stroke=self.brand, stroke_width=self.line_width)

    def marks(self) -> None:
        for index, point in enumerate(self.chart.points):
            if point.shown is not None:
                self.canvas.marker(point, self.x(index), self.y(point.shown), self.brand, self.mark_size)

    def names(self) -> None:
        """The newest span has its name beside it where there is room, the others below their bands."""
        unit = self.chart.axis.unit
        bold: dict[str, float | str] = {"fill": self.brand, "font_weight": "700"}
        for place, span in enumerate(self.chart.spans):
            left, right = self._ends(span)
            reach = span.interval_words(unit)
            if place == len(self.chart.spans) - 1 and self.size is Size.WIDE:
                y = self.y(span.value)
                self.canvas.text(span.words(unit), self.frame.inner_right + 8, y - 2, **bold)
                self.canvas.text(reach, self.frame.inner_right + 8, y + 14, fill=palette.SECOND)
                continue
            words = span.words(unit) if self.size is Size.NARROW else f"{span.words(unit)} ({reach})"
            foot = span.value if span.interval is None else span.interval[0]
            y = min(self.y(foot) + BELOW, self.frame.inner_bottom - 6)
            self.canvas.halo_text(words, (left + right) / 2, y, text_anchor="middle", **bold)

    def _ends(self, span: Span) -> tuple[float, float]:
        """A little apart, so that neither touches the line of the change."""
        return self.x(span.first - 0.5) + 2, self.x(span.last + 0.5) - 2
