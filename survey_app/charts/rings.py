"""Where the marks of what was changed stand in a figure over time. Positions are in pixels, across from the left.

Marks that stand close together are one mark with all of their letters, for letters on top of each other say nothing.
Words stand beside a mark where no line runs through them; the list below the chart has those that find no room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from survey_app.charts.canvas import Frame
from survey_app.charts.trends import Annotation, SpcChart, TrendChart

RADIUS = 9.0  # of the ring around a letter
LETTER = 12.0  # each further letter in a ring makes it so much wider
FOOT, STEP = 18.0, 20.0  # the lowest mark above the axis, and from one to the next
CLEAR = 13.0  # from a line to the middle of a mark
ABOVE_A_LINE = 32.0  # and where a phone has the line's name on top of it
CHARACTER = 6.2  # the width of one, on average
BESIDE = 14.0  # from the middle of a mark to its words, and a little more where it is wide
BETWEEN = 4.0  # two of them
HEADROOM = 30.0  # no mark stands higher than so much below the top


@dataclass(frozen=True, slots=True)
class Ring:
    """A ring with its letters, `up` above the axis, on the lines of its `places`; `words` on one side, or none."""

    annotations: tuple[Annotation, ...]
    x: float
    up: float
    words: str = ""
    is_right: bool = True

    @property
    def letters(self) -> str:
        return " ".join(annotation.letter for annotation in self.annotations)

    @property
    def places(self) -> tuple[float, ...]:
        return tuple(annotation.at for annotation in self.annotations)

    @property
    def at(self) -> float:
        """Its middle, in periods."""
        return sum(self.places) / len(self.places)

    @property
    def half(self) -> float:
        """Half of its width."""
        return RADIUS + (len(self.annotations) - 1) * LETTER / 2

    @property
    def words_away(self) -> float:
        """From its middle to its words."""
        return self.half + BESIDE - RADIUS


@dataclass(frozen=True, slots=True)
class _Box:
    """What a mark takes up, with its words: across, and its height above the axis."""

    start: float
    end: float
    up: float

    def holds(self, x: float) -> bool:
        return self.start - BETWEEN < x < self.end + BETWEEN

    def overlaps(self, other: _Box) -> bool:
        return self.start - BETWEEN < other.end and other.start < self.end + BETWEEN


def place_rings(chart: TrendChart, frame: Frame, *, with_words: bool) -> tuple[Ring, ...]:
    """The chart's rings in a frame of this size, from left to right, each as low as it finds room."""
    width = float(frame.inner_right - frame.left)
    period = width / max(1, len(chart.points))
    levels = _free_levels(chart, float(frame.inner_bottom - frame.top), CLEAR if with_words else ABOVE_A_LINE)
    room = _Room(width, levels)
    rings = []
    for group in _together(chart.annotations, period):
        lines = [(annotation.at + 0.5) * period for annotation in group]
        words = group[0].short_text if with_words and len(group) == 1 else ""
        rings.append(room.place(tuple(group), lines, words))
    return tuple(rings)


def words_missing(rings: Sequence[Ring]) -> bool:
    """Whether the words of some have to be read below the chart."""
    return not all(ring.words for ring in rings)


def _together(annotations: Sequence[Annotation], period: float) -> list[list[Annotation]]:
    """Neighbours whose rings would touch, by day; those of one day in the order given."""
    groups: list[list[Annotation]] = []
    for annotation in sorted(annotations, key=lambda each: each.at):
        is_near = bool(groups) and (annotation.at - groups[-1][-1].at) * period < 2 * RADIUS + 4
        if is_near:
            groups[-1].append(annotation)
        else:
            groups.append([annotation])
    return groups


def _free_levels(chart: TrendChart, height: float, above: float) -> list[float]:
    """Heights that no line of the chart runs through. Where lines are everywhere, all are as good as another."""
    drawn = [chart.axis.position(value) * height for value in _levels(chart) if chart.axis.holds(value)]
    every = [FOOT + STEP * number for number in range(int((height - HEADROOM - FOOT) / STEP) + 1)]
    free = [up for up in every if not any(line - CLEAR < up < line + above for line in drawn)]
    return free or every


def _levels(chart: TrendChart) -> list[float]:
    """The values at which a line runs across: targets, limits, averages."""
    values = [] if chart.target is None else [chart.target.value]
    if chart.limits:
        values += [chart.limits.lower, chart.limits.upper]
    if isinstance(chart, SpcChart):
        values += [value for line in (*chart.target_lines(), *chart.mean_lines()) for _, value in line]
    return values


@dataclass
class _Room:
    """A chart with the rings that stand in it so far."""

    width: float
    levels: Sequence[float]
    boxes: list[_Box] = field(default_factory=list)
    verticals: list[tuple[float, float]] = field(default_factory=list)  # x, and from which height upwards

    def place(self, group: tuple[Annotation, ...], lines: Sequence[float], words: str) -> Ring:
        """With its words on the right, else on the left, as low as there is room; where there is none, without."""
        x = sum(lines) / len(lines)
        choices = [Ring(group, x, up, words, is_right) for is_right in (True, False) for up in self.levels if words]
        choices += [Ring(group, x, up) for up in self.levels]
        ring = next((each for each in choices if self._fits(each)), choices[-1])
        self.boxes.append(_box(ring))
        self.verticals += [(line, ring.up) for line in lines]
        return ring

    def _fits(self, ring: Ring) -> bool:
        """No other ring or word is touched, no vertical runs through it, and its own through no other."""
        box = _box(ring)
        if ring.words and not 0 <= box.start <= box.end <= self.width:
            return False
        touches = any(each.up == box.up and each.overlaps(box) for each in self.boxes)
        is_crossed = any(up < box.up and box.holds(line) for line, up in self.verticals)
        crosses = any(each.up > box.up and each.holds(ring.x) for each in self.boxes)
        return not (touches or is_crossed or crosses)


def _box(ring: Ring) -> _Box:
    length = ring.words_away + len(ring.words) * CHARACTER if ring.words else 0.0
    left, right = (0.0, length) if ring.is_right else (length, 0.0)
    return _Box(ring.x - max(ring.half, left), ring.x + max(ring.half, right), ring.up)
