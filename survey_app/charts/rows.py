"""Charts that hold rows against each other: services, channels, drivers, the stages of a ledger."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from survey_app.charts.axes import Axis, refuse_what_the_axis_hides
from survey_app.charts.points import Point, Target
from survey_app.charts.trends import Corner


@dataclass(frozen=True, slots=True, kw_only=True)
class DotIntervalChart:
    """Rows compared on one scale: a dot with its interval, last year as a tick, the target as a dashed line."""

    key: str
    title: str
    sentence: str
    points: tuple[Point, ...]
    axis: Axis = field(default_factory=Axis)
    row_name: str = "Service"
    value_name: str = "Satisfied"
    target: Target | None = None

    def __post_init__(self) -> None:
        refuse_what_the_axis_hides(self.axis, self.points, self.target)


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart:
    """Rows as bars. A bar's length is the figure, so its axis starts at 0 and cannot be zoomed."""

    key: str
    title: str
    sentence: str
    points: tuple[Point, ...]
    axis: Axis = field(default_factory=Axis)
    row_name: str = "Service"
    value_name: str = "Satisfied"
    target: Target | None = None

    def __post_init__(self) -> None:
        if self.axis.low != 0:
            raise ValueError("bars start at 0")
        refuse_what_the_axis_hides(self.axis, self.points, self.target)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossPoint(Point):
    """A point that stands at `at` across as well, with an interval there. `area` is the part of the chart it is in."""

    at: float
    at_interval: tuple[float, float] | None = None
    area: str = ""

    @property
    def shown_at(self) -> float | None:
        """Hidden with the value: a place without a height is no point."""
        return None if self.shown is None else self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossChart:
    """Rows in two directions, each a cross of its two intervals, with a line at the mean of each direction.

    `areas` are the words in the corners: above left, above right, below left, below right.
    """

    key: str
    title: str
    sentence: str
    points: tuple[CrossPoint, ...]
    axis: Axis = field(default_factory=Axis)  # upwards
    across: Axis = field(default_factory=Axis)
    means: tuple[float, float] | None = None  # across, upwards
    areas: tuple[str, str, str, str] = ("", "", "", "")
    row_name: str = "Driver"
    value_name: str = "Share"
    across_name: str = "Importance"

    def __post_init__(self) -> None:
        refuse_what_the_axis_hides(self.axis, self.points, None)
        if not all(self.across.holds(point.at) for point in self.points):
            raise ValueError(f"{self.across.words} would cut off a value")


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedBarChart:
    """Two bars a row on one scale: a row's own share, and what it is held against. Both start at 0.

    `beside` has a point for each of `points`, in their order.
    """

    key: str
    title: str
    sentence: str
    points: tuple[Point, ...]
    beside: tuple[Point, ...]
    axis: Axis = field(default_factory=Axis)
    row_name: str = "Service"
    value_name: str = "Of the answers"
    beside_name: str = "Of the contacts"

    def __post_init__(self) -> None:
        if self.axis.low != 0:
            raise ValueError("bars start at 0")
        if [point.label for point in self.points] != [point.label for point in self.beside]:
            raise ValueError("each row has two bars")
        refuse_what_the_axis_hides(self.axis, (*self.points, *self.beside), None)

    @property
    def pairs(self) -> tuple[tuple[Point, Point], ...]:
        return tuple(zip(self.points, self.beside, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerChart:
    """How many reached each stage, and below it what was lost on the way to the next: two scales, both from 0.

    `points` are stages and losses in their order. `before` goes with them: what the stage before held, which stands
    light behind a stage's dark bar; None for a loss, whose bar is drawn on `loss_axis`. `notes` say each share.
    """

    key: str
    title: str
    sentence: str
    points: tuple[Point, ...]
    before: tuple[float | None, ...]
    notes: tuple[str, ...]
    axis: Axis
    loss_axis: Axis
    value_name: str = "Contacts"

    def __post_init__(self) -> None:
        if self.axis.low != 0 or self.loss_axis.low != 0:
            raise ValueError("bars start at 0")
        if not len(self.points) == len(self.before) == len(self.notes):
            raise ValueError("each row has a stage before it or none, and a note")
        refuse_what_the_axis_hides(self.axis, self.stages, None)
        refuse_what_the_axis_hides(self.loss_axis, self.losses, None)

    @property
    def stages(self) -> tuple[Point, ...]:
        return tuple(point for point, before in zip(self.points, self.before, strict=True) if before is not None)

    @property
    def losses(self) -> tuple[Point, ...]:
        return tuple(point for point, before in zip(self.points, self.before, strict=True) if before is None)

    @property
    def axis_words(self) -> str:
        write = self.axis.unit.text
        words = f"Large bars run from 0 to {write(self.axis.high)}"
        return f"{words}, small ones from 0 to {write(self.loss_axis.high)}" if self.losses else words


@dataclass(frozen=True, slots=True)
class FunnelLine:
    """The funnel's limits at one base: shares."""

    base: int
    lower_998: float
    lower_95: float
    upper_95: float
    upper_998: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelChart:
    """Services by how many answers they have. Points outside 99.8% have a kind; none has a rank."""

    key: str
    title: str
    sentence: str
    points: tuple[Point, ...]
    centre: float
    lines: tuple[FunnelLine, ...]  # by base, the smallest first
    axis: Axis = field(default_factory=Axis)
    row_name: str = "Service"
    value_name: str = "Satisfied"
    base_name: str = "answers"
    limits_words: str = "99.8% limits"
    pages: tuple[str, ...] = ()  # the services' own, in the order of the points; a point's url is its passport

    def __post_init__(self) -> None:
        if self.pages and len(self.pages) != len(self.points):
            raise ValueError("each service has its page")
        refuse_what_the_axis_hides(self.axis, self.points, None)

    @property
    def ends(self) -> tuple[float, float]:
        """The smallest and the largest base, with room beside them."""
        return self.lines[0].base / 1.25, self.lines[-1].base * 1.25

    def across(self, base: float) -> float:
        """Where a base stands from left, 0, to right, 1: each doubling takes the same room."""
        low, high = self.ends
        return (math.log(base) - math.log(low)) / (math.log(high) - math.log(low))

    def base_ticks(self) -> tuple[int, ...]:
        """Round bases: 10, 20, 50, 100 and so on."""
        low, high = self.ends
        ticks = [size * 10**power for power in range(8) for size in (1, 2, 5)]
        return tuple(tick for tick in ticks if low <= tick <= high)

    def edges(self) -> dict[str, list[Corner]]:
        """Each limit as (base, share), stepped: it holds until the next base."""
        names = ("lower_998", "lower_95", "upper_95", "upper_998")
        return {name: [(line.base, getattr(line, name)) for line in self.lines] for name in names}
