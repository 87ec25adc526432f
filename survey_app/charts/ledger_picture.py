"""The static picture of a ledger: a bar for each stage, the one before light behind it, and each loss between."""

from __future__ import annotations

from survey_app.charts import palette
from survey_app.charts.canvas import Canvas, Size
from survey_app.charts.points import Point
from survey_app.charts.rows import LedgerChart

STAGE, LOSS = 34, 23  # heights of a row
STAGE_NARROW, LOSS_NARROW = 52, 40
LOSS_FROM = 0.62  # where the small scale begins, as a part of the large one's width


def draw_ledger(chart: LedgerChart, size: Size, brand: str) -> Canvas:
    """Names and counts left, large bars, their shares right; losses on the small scale at the end of the row."""
    wide = size is not Size.NARROW
    heights = {True: STAGE if wide else STAGE_NARROW, False: LOSS if wide else LOSS_NARROW}
    rows = list(zip(chart.points, chart.before, chart.notes, strict=True))
    canvas = Canvas(
        chart,
        size.name.lower(),
        size.value.width,
        12 + sum(heights[before is not None] for _, before, _ in rows),
    )
    y = 6.0
    for point, before, note in rows:
        draw = _Row(canvas, chart, size, y)
        if before is None:
            draw.loss(point, note)
        else:
            draw.stage(point, before, note, brand)
        y += heights[before is not None]
    return canvas


class _Row:
    """One row from `y` on; on a phone its words stand above its bar."""

    def __init__(self, canvas: Canvas, chart: LedgerChart, size: Size, y: float) -> None:
        self.canvas, self.chart, self.y, self.wide = canvas, chart, y, size is not Size.NARROW
        self.left = 172.0 if self.wide else 8.0
        self.right = size.value.width - (150.0 if self.wide else 8.0)

    def stage(self, point: Point, before: float, note: str, brand: str) -> None:
        canvas, width = self.canvas, self.right - self.left
        count = self.chart.axis.unit.text(point.shown or 0)
        if self.wide:
            top, words_at = self.y + 4, self.y + 21
            canvas.text(point.label, 8, words_at, font_weight="700")
            canvas.text(count, self.left - 12, words_at, text_anchor="end", font_weight="700")
            canvas.text(note, self.right + 12, words_at, fill=palette.SECOND)
        else:
            top, words_at = self.y + 22, self.y + 16
            canvas.text(f"{point.label} {count}", 8, words_at, font_weight="700")
            canvas.text(note, self.right, words_at, text_anchor="end", fill=palette.SECOND)
        for value, fill in ((self.chart.axis.high, palette.WASH), (before, palette.BAND), (point.shown or 0, brand)):
            canvas.add("rect", x=self.left, y=top, width=self.chart.axis.position(value) * width, height=24, fill=fill)

    def loss(self, point: Point, note: str) -> None:
        canvas, count = self.canvas, self.chart.axis.unit.text(point.shown or 0)
        start = self.left + LOSS_FROM * (self.right - self.left) if self.wide else self.left
        end, top = (self.right - 66 if self.wide else self.right), (self.y + 7 if self.wide else self.y + 24)
        words_at = self.y + 16
        canvas.text(point.label, self.left if self.wide else 8, words_at)
        canvas.text(count, self.right if self.wide else self.right - 62, words_at, text_anchor="end")
        note_at, anchor = (self.right + 12, "start") if self.wide else (self.right, "end")
        canvas.text(note, note_at, words_at, text_anchor=anchor, fill=palette.SECOND)
        reach = self.chart.loss_axis.position(point.shown or 0) * (end - start)
        canvas.add("rect", x=start, y=top, width=end - start, height=9, fill=palette.WASH)
        canvas.add("rect", x=start, y=top, width=max(reach, 1.0), height=9, fill=palette.INTERVAL_EDGE)
