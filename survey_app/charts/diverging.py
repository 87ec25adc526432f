"""What people said from period to period: criticism below the line, praise above it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from survey_app.charts import palette
from survey_app.charts.axes import Axis, fitted_axis
from survey_app.charts.points import Point
from survey_app.charts.trends import TrendChart
from survey_app.charts.units import Unit


class Side(NamedTuple):
    """One part of every bar. Each has a place, a colour and, the middle one, a pattern."""

    name: str
    words: str
    colour: str


POSITIVE = Side("positive", "Positive", palette.IMPROVEMENT)
NEUTRAL = Side("neutral", "Mixed or neutral", palette.NEUTRAL)
NEGATIVE = Side("negative", "Negative", palette.CONCERN)
SIDES = (POSITIVE, NEUTRAL, NEGATIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack(Point):
    """A period's bar. `value` and `base` are all of its comments that have a label."""

    positive: int
    neutral: int
    negative: int

    @classmethod
    def of(
        cls,
        label: str,
        positive: int,
        neutral: int,
        negative: int,
        group: str | None = None,
    ) -> Stack:
        total = positive + neutral + negative
        return cls(
            label=label,
            value=total,
            base=total,
            group=group,
            positive=positive,
            neutral=neutral,
            negative=negative,
        )

    def count(self, side: Side) -> int | None:
        """How many; None where the period may not be shown."""
        if self.shown is None:
            return None
        return {POSITIVE: self.positive, NEUTRAL: self.neutral, NEGATIVE: self.negative}[side]

    def span(self, side: Side) -> tuple[float, float] | None:
        """From where to where its part of the bar reaches: the middle one stands on the line, praise on that."""
        if self.shown is None:
            return None
        return {
            POSITIVE: (float(self.neutral), float(self.neutral + self.positive)),
            NEUTRAL: (0.0, float(self.neutral)),
            NEGATIVE: (float(-self.negative), 0.0),
        }[side]


@dataclass(frozen=True, slots=True, kw_only=True)
class DivergingChart(TrendChart):
    """Bars on both sides of a line, one a period, on one scale of counts."""

    points: tuple[Stack, ...]
    axis: Axis
    period_name: str = "Month"
    base_name: str = "n"

    def __post_init__(self) -> None:
        ends = [end for point in self.points for side in SIDES for end in point.span(side) or ()]
        if not all(self.axis.holds(end) for end in ends):
            raise ValueError("the axis would cut off a bar")

    def total(self, side: Side) -> int:
        """Of the periods that are shown."""
        return sum(point.count(side) or 0 for point in self.points)

    @property
    def axis_words(self) -> str:
        low, high = (f"{abs(end):,.0f}" for end in (self.axis.low, self.axis.high))
        return f"The scale has {low} comments below the line and {high} above it"


def axis_both_ways(points: tuple[Stack, ...]) -> Axis:
    """The axis of counts that just holds every bar."""
    return fitted_axis(
        [0.0, *(end for point in points for side in SIDES for end in point.span(side) or ())], Unit.COUNT
    )
