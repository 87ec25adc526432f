"""The range that a chart draws: an honest default, a zoom that says so, and the refusal to cut off a value."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from survey_app.charts.points import Point, Target
from survey_app.charts.units import Unit


@dataclass(frozen=True, slots=True)
class Axis:
    """The range that is drawn. `full` is the honest default that a zoom is measured against."""

    low: float = 0.0
    high: float = 1.0
    full: tuple[float, float] = (0.0, 1.0)
    unit: Unit = Unit.SHARE

    def __post_init__(self) -> None:
        if not self.low < self.high:
            raise ValueError("an axis runs from low to high")

    @property
    def is_zoomed(self) -> bool:
        return (self.low, self.high) != self.full

    @property
    def whole(self) -> Axis:
        """The honest default."""
        return replace(self, low=self.full[0], high=self.full[1])

    @property
    def is_cut_below(self) -> bool:
        """Whether a break mark has to say that the axis does not start where the scale does."""
        return self.low != self.full[0]

    @property
    def words(self) -> str:
        """Axis zoomed: 85% to 100%."""
        start = "Axis zoomed: " if self.is_zoomed else "Axis "
        return f"{start}{self.unit.tick(self.low)} to {self.unit.tick(self.high)}"

    def position(self, value: float) -> float:
        """Where a value stands between the ends: 0 at low, 1 at high; values beyond stop at the end."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))

    def holds(self, value: float) -> bool:
        return self.low - 1e-9 <= value <= self.high + 1e-9

    def ticks(self, most: int = 4) -> tuple[float, ...]:
        """Round values from low to high in at most `most` steps."""
        step = _round_step((self.high - self.low) / most)
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return tuple(round(number * step, 10) for number in range(first, last + 1))


def refuse_what_the_axis_hides(axis: Axis, points: Iterable[Point], target: Target | None) -> None:
    drawn = [value for point in points for value in (point.shown, point.shown_previous) if value is not None]
    if target is not None:
        drawn.append(target.value)
    if not all(axis.holds(value) for value in drawn):
        raise ValueError(f"{axis.words} would cut off a value")


def zoomed_axis(points: Iterable[Point], target: Target | None = None, room: float = 0.05) -> Axis:
    """The share axis that ends at 100% and starts at a round 5%, `room` below the lowest value, last year or target.

    Intervals may run off the bottom of a zoom, values never do. Below a half nothing is gained by a zoom: full axis.
    """
    drawn = [value for point in points for value in (point.shown, point.shown_previous) if value is not None]
    if target is not None:
        drawn.append(target.value)
    if not drawn:
        return Axis()
    low = math.floor((min(drawn) - room) / 0.05 + 1e-9) * 0.05
    return Axis(low=round(low, 2)) if low >= 0.5 else Axis()


def axis_around_zero(points: Iterable[Point], step: float = 0.05) -> Axis:
    """The axis of differences: zero in the middle, to a round number of steps beyond the longest interval."""
    ends = [abs(end) for point in points for end in (*(point.interval or ()), point.shown or 0.0)]
    reach = max(1, math.ceil(max(ends, default=0.0) / step - 1e-9)) * step
    return Axis(-reach, reach, full=(-reach, reach), unit=Unit.POINTS)


def fitted_axis(drawn: Sequence[float], unit: Unit, full: tuple[float, float] | None = None) -> Axis:
    """The axis that just holds the values, between round ends. `full` is the whole scale of the unit, which it never
    leaves; without one (counts, days) the axis holds 0."""
    inside = [value for value in drawn if full is None or full[0] <= value <= full[1]]
    low, high = (min(inside), max(inside)) if inside else (full or (0.0, 1.0))
    low = min(0.0, low) if full is None else low
    step = _round_step(max(high - low, abs(high) * 0.02, 0.02) / 4)
    start = math.floor(low / step + 1e-9) * step
    end = math.ceil(high / step - 1e-9) * step
    start -= step if start > low - step / 20 else 0.0  # a line on the very edge is hardly seen
    end += step if end < high + step / 20 else 0.0
    if full is None:
        start = 0.0 if low >= 0 else start
        return Axis(round(start, 10), round(end, 10), (round(start, 10), round(end, 10)), unit)
    return Axis(max(round(start, 10), full[0]), min(round(end, 10), full[1]), full, unit)


def _round_step(smallest: float) -> float:
    magnitude = 10.0 ** math.floor(math.log10(smallest))
    return next(size * magnitude for size in (1, 2, 2.5, 5, 10) if size * magnitude >= smallest * 0.999)


def axis_from_nothing(points: Iterable[Point], unit: Unit, target: Target | None = None) -> Axis:
    """The axis of counts and days: from 0 to a little above the highest value, last year, interval or target."""
    drawn = [0.0 if target is None else target.value]
    for point in points:
        ends = point.interval or ()
        drawn += [value for value in (point.shown, point.shown_previous, *ends) if value is not None]
    most = max(drawn) * 1.1 or 1.0
    return Axis(low=0.0, high=most, full=(0.0, most), unit=unit)
