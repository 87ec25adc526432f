"""Where words stand in a chart so that none covers another. Positions are in pixels, downwards."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import NamedTuple

from survey_app.charts import palette
from survey_app.charts.diverging import SIDES, DivergingChart
from survey_app.charts.points import Point
from survey_app.charts.trends import BeforeAfterChart, SpcChart, TrendChart
from survey_app.kernel.characters import shortened


def spread(wanted: Sequence[float], gap: float, top: float, bottom: float) -> list[float]:
    """Move positions apart to at least `gap`, in their order, as little as a single sweep down and one up allow.

    The result stays between `top` and `bottom` when there is room for all.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed = [0.0] * len(wanted)
    floor = top
    for index in order:
        placed[index] = max(wanted[index], floor)
        floor = placed[index] + gap
    ceiling = bottom
    for index in reversed(order):
        placed[index] = min(placed[index], ceiling)
        ceiling = placed[index] - gap
    return placed


def short_labels(labels: Sequence[str]) -> list[str]:
    """Labels for a phone: the first month of a quarter, and one letter each where there are many."""
    firsts = [label.split("–")[0].strip() for label in labels]
    return [first[:1] for first in firsts] if len(firsts) > 8 else firsts


CROWDED = 30  # points: from so many on their marks are smaller
ROOMY, CLOSE = 14, 36  # points on a wide picture: up to so many have a label with its base, and then one letter


def period_labels(chart: TrendChart, *, narrow: bool) -> list[str]:
    """The labels under the points. Where months are many each has a letter, or only its year."""
    labels = [point.label for point in chart.points]
    if len(labels) > (CLOSE // 2 if narrow else CLOSE):
        return [""] * len(labels)
    if len(labels) > ROOMY:
        return [label[:1] for label in labels]
    return short_labels(labels) if narrow else labels


def period_bases(chart: TrendChart) -> list[str]:
    """The bases under the labels; where many months stand close they are in the table only."""
    is_close = len(chart.points) > ROOMY
    return ["" if is_close else point.base_words for point in chart.points]


class LineLabel(NamedTuple):
    value: float
    words: str
    colour: str
    is_bold: bool
    is_newest: bool = True  # of the last point, so that it says nothing of a part of the chart without that


def end_labels(chart: TrendChart, brand: str = palette.BRAND) -> list[LineLabel]:
    """The name of each line, to stand at its right end in place of a legend."""
    write = chart.axis.unit.text
    if isinstance(chart, BeforeAfterChart):
        return []  # its spans say their names themselves
    if isinstance(chart, DivergingChart):
        return _side_labels(chart)
    labels = []
    last = _last_shown(chart.points)
    before = next((point.shown_previous for point in reversed(chart.points) if point.shown_previous is not None), None)
    if last is not None:
        labels.append(LineLabel(last, f"{chart.line_label} {write(last)}", brand, True))
    if chart.limits:
        labels.append(LineLabel(chart.limits.upper, f"upper limit {write(chart.limits.upper)}", palette.SECOND, False))
    if before is not None:
        labels.append(LineLabel(before, f"{chart.previous_label} {write(before)}", palette.SECOND, True))
    if chart.limits:
        labels.append(LineLabel(chart.limits.lower, f"lower limit {write(chart.limits.lower)}", palette.SECOND, False))
    if chart.target:
        labels.append(
            LineLabel(chart.target.value, chart.target.words(chart.axis.unit), palette.TARGET, True, is_newest=False)
        )
    if isinstance(chart, SpcChart):
        labels += _range_labels(chart)
    return labels


CHARACTER = 7.2  # pixels of a bold character, on average
NAME_HEIGHT = 16


class PlacedName(NamedTuple):
    """The name of a line above a narrow chart: how far from its left edge, and in which row."""

    label: LineLabel
    x: float
    row: int


def names_above(chart: TrendChart, brand: str, width: float) -> list[PlacedName]:
    """Where there is no room beside the lines, their names stand above them, in as few rows as they fit into: on the
    lines they would cover points."""
    placed: list[PlacedName] = []
    x, row = 0.0, 0
    for label in end_labels(chart, brand):
        if not label.is_bold:
            continue
        length = len(label.words) * CHARACTER
        if placed and x + length > width:
            x, row = 0.0, row + 1
        placed.append(PlacedName(label, x, row))
        x += length + 14
    return placed


def name_rows(placed: Sequence[PlacedName]) -> int:
    return placed[-1].row + 1 if placed else 0


def wrapped(words: str, width: int, most: int = 2) -> list[str]:
    """Words in at most so many lines of so many characters; what has no room ends in dots, and the table has all."""
    lines = wrap(words, width) or [""]
    return lines if len(lines) <= most else [*lines[: most - 1], shortened(" ".join(lines[most - 1 :]), width)]


def _side_labels(chart: DivergingChart) -> list[LineLabel]:
    """The sides of the bars, each as high as the middle of its part of the last one that is shown."""
    last = next((point for point in reversed(chart.points) if point.shown is not None), None)
    spans = [] if last is None else [(side, last.span(side) or (0.0, 0.0)) for side in SIDES]
    return [
        LineLabel((low + high) / 2, f"{side.words} {chart.total(side):,}", palette.INK, False)
        for side, (low, high) in spans
    ]


def _range_labels(chart: SpcChart) -> list[LineLabel]:
    """The newest average, limits and target by name."""
    usual = next((usual for usual in reversed(chart.ranges) if usual is not None), None)
    named: list[tuple[str, float | None]] = [] if usual is None else [("average", usual.mean)]
    if usual is not None and usual.lower != usual.upper:
        named += [("upper limit", usual.upper), ("lower limit", usual.lower)]
    labels = [
        LineLabel(value, f"{name} {chart.axis.unit.text(value)}", palette.SECOND, False)
        for name, value in named
        if value is not None and chart.axis.holds(value)
    ]
    target = next((target for target in reversed(chart.targets) if target is not None), None)
    if target is not None:
        labels.append(LineLabel(target, chart.target_words, palette.TARGET, True))
    return labels


def _last_shown(points: Sequence[Point]) -> float | None:
    return next((point.shown for point in reversed(points) if point.shown is not None), None)


class Side(NamedTuple):
    """On which side of its point a name stands."""

    is_above: bool
    is_right: bool


def name_sides(names: Sequence[tuple[float, float, float]], ends: tuple[float, float]) -> list[Side]:
    """A side for each name, given as x and y of its point and the width of its words, between the ends of the chart.

    The first of above right, above left, below right and below left that stays inside and touches no name before it;
    where all touch, above right.
    """
    taken: list[tuple[float, float, float]] = []  # from, to, height
    found = []
    for x, y, width in names:
        choices = [Side(is_above, is_right) for is_above in (True, False) for is_right in (True, False)]
        boxes = {
            side: (x + 8 if side.is_right else x - 8 - width, x + 8 + width if side.is_right else x - 8, height)
            for side in choices
            for height in (y - 12 if side.is_above else y + 13,)
        }
        free = [
            side
            for side, (start, end, height) in boxes.items()
            if ends[0] <= start
            and end <= ends[1]
            and not any(start < other[1] and other[0] < end and abs(height - other[2]) < 15 for other in taken)
        ]
        side = free[0] if free else choices[0]
        taken.append(boxes[side])
        found.append(side)
    return found
