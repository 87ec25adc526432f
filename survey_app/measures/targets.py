"""Which target holds for a figure. Source: MEASURES.md 3.1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class TargetLine:
    """A target as entered. `service` is its service's id, None for the whole council."""

    service: int | None
    value: float
    comparator: str  # at_least or over
    valid_from: date
    valid_to: date | None

    def holds_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


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
