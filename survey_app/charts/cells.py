"""Small pictures inside a page or a table cell, as positions in percent; a number always stands beside them."""

from __future__ import annotations

from dataclasses import dataclass

from survey_app.charts.axes import Axis
from survey_app.charts.points import Point, Target
from survey_app.statistics.rounding import percent


def _percent(share: float) -> str:
    return f"{share * 100:.2f}%"


@dataclass(frozen=True, slots=True)
class CellBar:
    """A bar from 0 whose full width is `full`."""

    value: float
    full: float = 1.0

    @property
    def width(self) -> str:
        return _percent(min(1.0, max(0.0, self.value / self.full)) if self.full else 0.0)


@dataclass(frozen=True, slots=True)
class DayBars:
    """One upright bar a day from 0, the highest as high as the picture."""

    values: tuple[float, ...]

    @property
    def bars(self) -> list[tuple[str, str, str, str]]:
        """Left, top, width and height of each day's bar."""
        step, full = 1 / len(self.values), max(self.values) or 1.0
        return [
            (_percent(place * step), _percent(1 - value / full), _percent(step * 0.75), _percent(value / full))
            for place, value in enumerate(self.values)
        ]


@dataclass(frozen=True, slots=True)
class TwoWayBars:
    """Upright bars on a line, all on one scale: upwards what is for, on top of what is neither; downwards what is
    against."""

    values: tuple[tuple[float, float, float], ...]  # for, neither, against

    @property
    def line(self) -> str:
        """How far down the line lies."""
        return _percent(self._most_up / self._full)

    @property
    def bars(self) -> list[tuple[str, str, str, str, str]]:
        """Kind, left, top, width and height of each part of a bar that has any height."""
        step, line, found = 1 / len(self.values), self._most_up, []
        for place, (good, neither, bad) in enumerate(self.values):
            parts = (("for", line - neither - good, good), ("neither", line - neither, neither), ("against", line, bad))
            found += [
                (kind, _percent((place + 0.14) * step), _percent(top / self._full), _percent(step * 0.72), height)
                for kind, top, value in parts
                if (height := _percent(value / self._full)) and value
            ]
        return found

    @property
    def _most_up(self) -> float:
        return max(good + neither for good, neither, _ in self.values)

    @property
    def _full(self) -> float:
        return self._most_up + max(bad for _, _, bad in self.values) or 1.0


@dataclass(frozen=True, slots=True)
class IntervalBar:
    """A dot with its interval on the scale that every row of its table shares."""

    point: Point
    axis: Axis
    target: Target | None = None

    def _at(self, value: float | None) -> str | None:
        return None if value is None else _percent(self.axis.position(value))

    @property
    def dot(self) -> str | None:
        return self._at(self.point.shown)

    @property
    def start(self) -> str | None:
        return self._at(self.point.interval[0]) if self.point.interval else None

    @property
    def width(self) -> str | None:
        if self.point.interval is None:
            return None
        low, high = self.point.interval
        return _percent(self.axis.position(high) - self.axis.position(low))

    @property
    def previous(self) -> str | None:
        return self._at(self.point.shown_previous)

    @property
    def target_at(self) -> str | None:
        return self._at(self.target.value) if self.target else None

    @property
    def is_hollow(self) -> bool:
        return self.point.is_indicative


@dataclass(frozen=True, slots=True)
class TargetBar:
    """The headline's bar: always 0 to 100, with the target, its stretch and last year on it."""

    value: float
    target: Target | None = None
    previous: float | None = None
    stretch: float | None = None

    @property
    def width(self) -> str:
        return _percent(self.value)

    @property
    def target_at(self) -> str | None:
        return _percent(self.target.value) if self.target else None

    @property
    def target_words(self) -> str:
        return self.target.words().lower() if self.target else ""

    @property
    def stretch_at(self) -> str | None:
        return None if self.stretch is None else _percent(self.stretch)

    @property
    def previous_at(self) -> str | None:
        return None if self.previous is None else _percent(self.previous)

    @property
    def previous_words(self) -> str:
        return "" if self.previous is None else f"last year {percent(self.previous)}"
