"""Charts over time: a trend, the control chart that says what is usual, and the two sides of a change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from survey_app.charts.axes import Axis, refuse_what_the_axis_hides
from survey_app.charts.points import Point, Target
from survey_app.charts.units import Unit
from survey_app.kernel.characters import shortened


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
    """A new wording, or another method: figures on its two sides are not compared, so no line crosses it."""

    label: str
    at: float


@dataclass(frozen=True, slots=True)
class Limits:
    """The range of usual variation, and what it was set on."""

    lower: float
    upper: float
    set_on: str


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
        refuse_what_the_axis_hides(self.axis, self.points, self.target)

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
        refuse_what_the_axis_hides(self.axis, self.points, None)
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
        refuse_what_the_axis_hides(self.axis, self.points, self.target)
        if not all(0 <= span.first <= span.last < len(self.points) for span in self.spans):
            raise ValueError("a span stands on points of the chart")
        if not all(self.axis.holds(span.value) for span in self.spans):
            raise ValueError(f"{self.axis.words} would cut off a value")


def position_of(day: date, starts: Sequence[date], end: date) -> float | None:
    """Where a day stands among periods that begin on `starts`, the last ending before `end`; None when outside."""
    for index, (start, following) in enumerate(zip(starts, [*starts[1:], end], strict=True)):
        if start <= day < following:
            return index - 0.5 + (day - start).days / (following - start).days
    return None
