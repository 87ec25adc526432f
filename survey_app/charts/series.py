"""What a chart shows, before anybody draws it. Shares run from 0 to 1 and are never rounded here.

The picture, the interactive figure and the table are all made from these values, so they cannot disagree. What must not
be shown is decided here as well: no drawing code ever reads a raw value of a point that is hidden.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from survey_app.kernel.characters import shortened
from survey_app.statistics.rounding import percent, points, rounded
from survey_app.statistics.suppression import INDICATIVE_BELOW, MINIMUM_BASE
from survey_app.statistics.target_status import Comparator

HIDDEN_BELOW = MINIMUM_BASE


class Unit(StrEnum):
    """How a value is written; the names are those of the measures, and points of a difference of two shares."""

    SHARE = "share"
    NET_SHARE = "net_share"
    MEAN = "mean"
    COUNT = "count"
    DAYS = "days"
    POINTS = "points"

    def text(self, value: float) -> str:
        """A value as people read it: 99.0%, +45, 4.63, 1,234, 17.5."""
        match self:
            case Unit.SHARE:
                return percent(value)  # as pages write it: "over 99.9%" is not 100.0%
            case Unit.NET_SHARE:
                return f"{value * 100:+.0f}".replace("-", "−")
            case Unit.POINTS:
                return points(value).replace("-", "−")
            case Unit.MEAN:
                return rounded(value, 2)
            case Unit.COUNT:
                return f"{value:,.0f}"
            case Unit.DAYS:
                return rounded(value, 1)

    def tick(self, value: float) -> str:
        """A value on an axis, where decimals only add noise."""
        match self:
            case Unit.SHARE:
                return f"{value * 100:g}%"
            case Unit.NET_SHARE:
                return self.text(value)
            case Unit.POINTS:
                return f"{value * 100:+g}".replace("-", "−") if value else "0"
            case _:
                return f"{value:,g}"


class Kind(StrEnum):
    """What may be claimed of a point; only a test or a control chart sets more than PLAIN."""

    PLAIN = "plain"
    COMMON = "common"
    IMPROVEMENT = "improvement"
    CONCERN = "concern"
    NEUTRAL = "neutral"  # beyond what is usual, and neither better nor worse


@dataclass(frozen=True, slots=True)
class Target:
    value: float
    comparator: Comparator = Comparator.AT_LEAST

    def words(self, unit: Unit = Unit.SHARE) -> str:
        """Target over 90%; the target as it was set, so without a decimal that nobody decided."""
        joined = "over" if self.comparator is Comparator.OVER else "at least"
        return f"Target {joined} {unit.tick(self.value)}"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One period or one row. `base` None means a figure that stands on no answers, such as a count of contacts.

    `suppressed` hides a point whose own base is large enough, because it would give another one away.
    """

    label: str
    value: float | None
    base: int | None
    low: float | None = None
    high: float | None = None
    kind: Kind = Kind.PLAIN
    suppressed: bool = False
    previous: float | None = None
    previous_base: int | None = None
    url: str | None = None
    group: str | None = None  # what a run of periods belongs to: "2025/26" under its quarters
    is_provisional: bool = False  # still filling: drawn with a dashed outline

    @property
    def is_hidden(self) -> bool:
        """There are answers, and they must not be shown."""
        return self.suppressed or (self.base is not None and 0 < self.base < HIDDEN_BELOW)

    @property
    def is_indicative(self) -> bool:
        return self.shown is not None and self.base is not None and self.base < INDICATIVE_BELOW

    @property
    def shown(self) -> float | None:
        """The value that anybody may see; None is a gap."""
        return None if self.is_hidden or self.base == 0 else self.value

    @property
    def interval(self) -> tuple[float, float] | None:
        if self.shown is None or self.low is None or self.high is None:
            return None
        return self.low, self.high

    @property
    def shown_previous(self) -> float | None:
        """Last year's value, under the same rule as this year's."""
        if self.suppressed or (self.previous_base is not None and self.previous_base < HIDDEN_BELOW):
            return None
        return self.previous

    @property
    def shown_kind(self) -> Kind:
        """An indicative point makes no claim."""
        return Kind.PLAIN if self.is_indicative else self.kind

    @property
    def base_words(self) -> str:
        """The base as it stands under a period; an exact small base is not given away either."""
        if self.suppressed:
            return "hidden"
        if self.is_hidden:
            return f"<{HIDDEN_BELOW}"
        return "" if self.base is None else f"{self.base:,}"


@dataclass(frozen=True, slots=True)
class Annotation:
    """An improvement, with the letter that it has on every page. `at` counts periods: point i stands at i and its
    period runs from i - 0.5 to i + 0.5."""

    letter: str
    text: str
    at: float

    @property
    def short_text(self) -> str:
        """What has room in a picture; the whole text is always below it."""
        return shortened(self.text)


@dataclass(frozen=True, slots=True)
class Break:
    """A new wording: figures on its two sides are not compared, so no line crosses it."""

    label: str
    at: float


@dataclass(frozen=True, slots=True)
class Limits:
    """The range of usual variation, and what it was set on."""

    lower: float
    upper: float
    set_on: str


def _refuse_what_the_axis_hides(axis: Axis, points: Iterable[Point], target: Target | None) -> None:
    drawn = [value for point in points for value in (point.shown, point.shown_previous) if value is not None]
    if target is not None:
        drawn.append(target.value)
    if not all(axis.holds(value) for value in drawn):
        raise ValueError(f"{axis.words} would cut off a value")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendChart:
    """A figure over time with its interval, last year, target and what was changed."""

    key: str  # unique on its page; letters, digits and hyphens
    title: str
    sentence: str
    points: tuple[Point, ...]
    axis: Axis = field(default_factory=Axis)
    value_name: str = "Satisfied"
    base_name: str = "answers"
    line_label: str = "This year"
    previous_label: str = "Last year"
    target: Target | None = None
    limits: Limits | None = None
    annotations: tuple[Annotation, ...] = ()
    breaks: tuple[Break, ...] = ()

    def __post_init__(self) -> None:
        _refuse_what_the_axis_hides(self.axis, self.points, self.target)

    def runs(self) -> tuple[tuple[int, ...], ...]:
        """Indexes of points that one line may join: no line crosses a gap or a new wording."""
        runs: list[list[int]] = [[]]
        for index, point in enumerate(self.points):
            if any(index - 1 < cut.at <= index for cut in self.breaks):
                runs.append([])
            if point.shown is None:
                runs.append([])
            else:
                runs[-1].append(index)
        return tuple(tuple(run) for run in runs if run)

    def groups(self) -> tuple[tuple[str, int, int], ...]:
        """Neighbouring periods that share a group: its name, first and last index."""
        groups: list[tuple[str, int, int]] = []
        for index, point in enumerate(self.points):
            if point.group is None:
                continue
            if groups and groups[-1][0] == point.group:
                groups[-1] = (point.group, groups[-1][1], index)
            else:
                groups.append((point.group, index, index))
        return tuple(groups)


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
        _refuse_what_the_axis_hides(self.axis, self.points, self.target)


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
        _refuse_what_the_axis_hides(self.axis, self.points, self.target)


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
        _refuse_what_the_axis_hides(self.axis, self.points, None)
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
        _refuse_what_the_axis_hides(self.axis, (*self.points, *self.beside), None)

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
        _refuse_what_the_axis_hides(self.axis, self.stages, None)
        _refuse_what_the_axis_hides(self.loss_axis, self.losses, None)

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
class Range:
    """What is usual at one point: the average, and the limits where there are any. A rebase begins a new `stretch`."""

    mean: float
    lower: float | None
    upper: float | None
    stretch: int = 0


Corner = tuple[float, float]  # a place among the points, and a value


@dataclass(frozen=True, slots=True, kw_only=True)
class SpcChart(TrendChart):
    """A control chart. `ranges`, `targets` and `notes` go with the points; the notes are for the table.

    A rebase is an annotation at the start of its month; the range before it stays drawn beside it.
    """

    ranges: tuple[Range | None, ...]
    targets: tuple[float | None, ...]
    notes: tuple[str, ...]
    target_words: str = ""
    limits_words: str = "limits of the usual range"
    period_name: str = "Month"

    def __post_init__(self) -> None:
        if not len(self.ranges) == len(self.targets) == len(self.notes) == len(self.points):
            raise ValueError("each point has its range, its target and its note, or None")
        _refuse_what_the_axis_hides(self.axis, self.points, None)
        if not all(self.axis.holds(target) for target in self.targets if target is not None):
            raise ValueError(f"{self.axis.words} would cut off a target")

    def mean_lines(self) -> list[list[Corner]]:
        """One straight line a stretch, over all of its months."""
        stretches: dict[int, list[int]] = {}
        for index, usual in enumerate(self.ranges):
            if usual is not None:
                stretches.setdefault(usual.stretch, []).append(index)
        lines = []
        for there in stretches.values():
            usual = self.ranges[there[0]]
            assert usual is not None
            lines.append([(there[0] - 0.5, usual.mean), (there[-1] + 0.5, usual.mean)])
        return lines

    def limit_lines(self) -> list[list[Corner]]:
        """Lower and upper limits, stepped where bases differ. A limit that no figure can reach is not drawn."""
        stretches = [None if usual is None else usual.stretch for usual in self.ranges]
        lower = [None if usual is None else usual.lower for usual in self.ranges]
        upper = [None if usual is None else usual.upper for usual in self.ranges]
        return [*self._steps(lower, stretches), *self._steps(upper, stretches)]

    def target_lines(self) -> list[list[Corner]]:
        """The target as it was from month to month."""
        return self._steps(self.targets, list(self.targets))

    def _steps(self, values: Sequence[float | None], stretches: Sequence[object]) -> list[list[Corner]]:
        """A gap in the points breaks a line only where its two sides differ in height."""
        lines: list[list[Corner]] = []
        stretch: object = None
        for index, value in enumerate(values):
            if value is None or not self.axis.holds(value):
                continue
            is_new = not lines or stretches[index] != stretch
            is_far = not is_new and lines[-1][-1][0] != index - 0.5 and lines[-1][-1][1] != value
            if is_new or is_far:
                lines.append([])
            lines[-1] += [(index - 0.5, value), (index + 0.5, value)]
            stretch = stretches[index]
        return lines


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of points with one figure of its own, drawn as a line in its band. `name` is Before or After."""

    name: str
    first: int  # places of its points
    last: int
    value: float
    interval: tuple[float, float] | None = None

    def words(self, unit: Unit) -> str:
        """After 89.4%."""
        return f"{self.name} {unit.text(self.value)}"

    def interval_words(self, unit: Unit) -> str:
        """82.4% to 93.8%; nothing where there is none."""
        return "" if self.interval is None else f"{unit.text(self.interval[0])} to {unit.text(self.interval[1])}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeAfterChart(TrendChart):
    """Points around a change, each with its own interval, and one figure for those before and those after.

    The points are not joined: what is compared are the two figures. The change is the chart's only annotation.
    """

    spans: tuple[Span, ...]

    def __post_init__(self) -> None:
        _refuse_what_the_axis_hides(self.axis, self.points, self.target)
        if not all(0 <= span.first <= span.last < len(self.points) for span in self.spans):
            raise ValueError("a span stands on points of the chart")
        if not all(self.axis.holds(span.value) for span in self.spans):
            raise ValueError(f"{self.axis.words} would cut off a value")


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
        _refuse_what_the_axis_hides(self.axis, self.points, None)

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


Chart = TrendChart | DotIntervalChart | BarChart | CrossChart | PairedBarChart | FunnelChart | LedgerChart


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


def position_of(day: date, starts: Sequence[date], end: date) -> float | None:
    """Where a day stands among periods that begin on `starts`, the last ending before `end`; None when outside."""
    for index, (start, following) in enumerate(zip(starts, [*starts[1:], end], strict=True)):
        if start <= day < following:
            return index - 0.5 + (day - start).days / (following - start).days
    return None
