"""The static picture of what people said from period to period."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from survey_app.charts import palette
from survey_app.charts.canvas import Canvas
from survey_app.charts.diverging import NEUTRAL, SIDES, DivergingChart
from survey_app.charts.trend_picture import TrendPicture

WIDTH = 0.62  # of a period's place
STRIPE = 5  # pixels from one stripe to the next


class DivergingPicture(TrendPicture):
    """Draws from the back to the front: grid, bars, line, marks, words."""

    chart: DivergingChart

    def draw(self) -> Canvas:
        self.stripes()
        self.group_washes()
        self.grid()
        self.bars()
        self.line()
        if not self.is_small:
            self.annotations()
        self.below()
        if not self.is_small:
            self.line_ends()
        return self.canvas

    @property
    def pattern(self) -> str:
        return f"{self.chart.key}-{self.size.name.lower()}-stripes"

    def stripes(self) -> None:
        pattern = self.canvas.add(
            "pattern", id=self.pattern, width=STRIPE, height=STRIPE, patternUnits="userSpaceOnUse"
        )
        ET.SubElement(pattern, "path", d=f"M0 0h{STRIPE}v{STRIPE}H0z", fill=palette.NEUTRAL_WASH)
        stripe = {"d": f"M0 {STRIPE}L{STRIPE} 0", "stroke": palette.NEUTRAL, "stroke-width": "1.5"}
        ET.SubElement(pattern, "path", stripe)

    def bars(self) -> None:
        for index, point in enumerate(self.chart.points):
            left, right = self.x(index - WIDTH / 2), self.x(index + WIDTH / 2)
            for side in SIDES:
                low, high = point.span(side) or (0, 0)
                if low == high:
                    continue
                top = self.y(high)
                fill = f"url(#{self.pattern})" if side is NEUTRAL else side.colour
                self.canvas.add(
                    "rect",
                    x=left,
                    y=top,
                    width=right - left,
                    height=self.y(low) - top,
                    fill=fill,
                    stroke=side.colour,
                    stroke_width=0.75,
                )

    def line(self) -> None:
        y = self.y(0)
        self.canvas.line((self.frame.left, y), (self.frame.inner_right, y), stroke=palette.SECOND, stroke_width=1.5)
