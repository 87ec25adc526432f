"""Which target holds for a figure, and whether it was set after seeing the data. Source: MEASURES.md 3.1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class TargetLine:
    """A target as entered. `service` is its service's id, None for the whole council.

    `valid_to` is the last day on which it holds. `entered_on` is None where that is not known.
    """

    service: int | None
    value: float
    comparator: str  # at_least or over
    valid_from: date
    valid_to: date | None
    entered_on: date | None = None
    stretch: float | None = None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def is_after_seeing(self, first: date) -> bool:
        """Whether it was entered when a period that began on `first` was under way: its data could be seen."""
        return self.entered_on is not None and self.entered_on > first


def target_on(day: date, lines: Iterable[TargetLine], services: Sequence[int]) -> TargetLine | None:
    """The target valid on a period's last day: the service's own, else the nearest one above it, else the council's.

    `services` runs from the figure's service up to the top of the tree; it is empty for the whole council. Of two
    that hold on the day the one that began later wins.
    """
    valid = sorted((line for line in lines if line.holds_on(day)), key=lambda line: line.valid_from, reverse=True)
    for service in (*services, None):
        for line in valid:
            if line.service == service:
                return line
    return None


def last_day(valid_to: date | None, ended_on: date | None) -> date | None:
    """The last day on which a target holds: as entered, or the day on which it was ended."""
    return min((day for day in (valid_to, ended_on) if day is not None), default=None)


def has_held(valid_from: date, entered_on: date, today: date) -> bool:
    """Whether a target has been valid for a day. From then on it is history, which nobody rewrites."""
    return max(valid_from, entered_on) < today
