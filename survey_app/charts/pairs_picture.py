"""The static picture of two bars a row: a row's own share, and what it is held against."""

from __future__ import annotations

from survey_app.charts import palette
from survey_app.charts.canvas import Canvas, Size
from survey_app.charts.rows import PairedBarChart

ROW_HEIGHT = 42
ROW_HEIGHT_NARROW = 56


def draw_pairs(chart: PairedBarChart, size: Size, brand: str) -> Canvas:
    """Names left, two bars a row with their numbers at the ends; on a phone the names stand above the bars."""
    wide = size is not Size.NARROW
    step, top = (ROW_HEIGHT if wide else ROW_HEIGHT_NARROW), 30
    height = top + step * len(chart.points) + 8
    canvas = Canvas(chart, size.name.lower(), size.value.width, height)
    left, right = (min(240.0, size.value.width * 0.3) if wide else 8.0), float(size.value.width - 60)
    for tick in chart.axis.ticks():
        x = left + chart.axis.position(tick) * (right - left)
        canvas.text(chart.axis.unit.tick(tick), x, 16, text_anchor="middle", fill=palette.SECOND)
        canvas.line((x, 22), (x, height - 8), stroke=palette.GRID)
    looks = ({"fill": brand, "stroke": brand}, {"fill": palette.INTERVAL, "stroke": palette.INTERVAL_EDGE})
    for row, (point, beside) in enumerate(chart.pairs):
        y = top + step * row + (step - 30 if wide else step - 32)
        canvas.text(point.label, 8, y + 14 if wide else y - 4)
        for each, look, at, weight in zip((point, beside), looks, (y, y + 14), ("700", "400"), strict=True):
            if each.shown is None:
                canvas.text("not shown", left + 6, at + 10, fill=palette.SECOND)
                continue
            width = chart.axis.position(each.shown) * (right - left)
            canvas.add("rect", x=left, y=at, width=width, height=11, stroke_width=1, **look)
            canvas.text(chart.axis.unit.text(each.shown), left + width + 6, at + 10, font_weight=weight)
    return canvas
