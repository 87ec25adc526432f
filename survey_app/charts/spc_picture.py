"""The static picture of a control chart."""

from __future__ import annotations

from survey_app.charts import palette
from survey_app.charts.canvas import Canvas, Size
from survey_app.charts.trend_picture import TrendPicture
from survey_app.charts.trends import Corner, SpcChart


class SpcPicture(TrendPicture):
    """Draws from the back to the front: years, grid, limits, average, target, line, words."""

    chart: SpcChart

    def __init__(self, chart: SpcChart, size: Size, brand: str) -> None:
        super().__init__(chart, size, brand)
        self.line_width = 1.5

    def draw(self) -> Canvas:
        self.group_washes()
        self.grid()
        for line in self.chart.limit_lines():
            self._stepped(line, stroke=palette.SECOND, stroke_width=1, stroke_dasharray="5 3")
        for line in self.chart.mean_lines():
            self._stepped(line, stroke=palette.SECOND, stroke_width=1.25)
        for line in self.chart.target_lines():
            self._stepped(line, stroke=palette.TARGET, stroke_width=2, stroke_dasharray="7 4")
        if not self.is_small:
            self.annotations()
        self.actual()
        self.below()
        if not self.is_small:
            self.line_ends()
        return self.canvas

    def group_washes(self) -> None:
        """Years alternate on a faint wash, so that many months need no labels."""
        for _, first, last in self.chart.groups()[::2]:
            left, right = self.x(first - 0.5), self.x(last + 0.5)
            height = self.frame.inner_bottom - self.frame.top
            self.canvas.add("rect", x=left, y=self.frame.top, width=right - left, height=height, fill=palette.WASH)

    def _stepped(self, line: list[Corner], **look: float | str) -> None:
        self.canvas.path([(self.x(place), self.y(value)) for place, value in line], **look)
