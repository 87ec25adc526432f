"""What was answered to one wording of a question: counts of options, numbers and months. A pure rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class OptionCount:
    """How many chose an option, and the sum of the numbers that it was given in a ranking."""

    chosen: int
    ranks: int = 0

    @property
    def mean_rank(self) -> float | None:
        """Of those who gave it a number; None where nobody did, or it stands outside the order."""
        return self.ranks / self.chosen if self.ranks else None


@dataclass(frozen=True)
class AnswerCounts:
    """All answers to one wording of a question. `answered` are the people: who chose two options is one."""

    answered: int
    options: Mapping[int, OptionCount] = field(default_factory=dict)  # by the option's id
    numbers: Mapping[float, int] = field(default_factory=dict)
    months: Mapping[date, int] = field(default_factory=dict)  # by their first day


@dataclass(frozen=True)
class Spread:
    """Where the numbers lie: half of them between the quartiles."""

    least: float
    lower_quartile: float
    median: float
    upper_quartile: float
    most: float


def spread(numbers: Mapping[float, int]) -> Spread | None:
    """Of numbers and how often each was given; None without any. Quartiles are interpolated as type 7 of Hyndman and
    Fan (1996), as spreadsheets do."""
    if not numbers:
        return None
    ordered, total = sorted(numbers.items()), sum(numbers.values())

    def at(share: float) -> float:
        place = share * (total - 1)
        below = int(place)
        first, second = _nth(ordered, below), _nth(ordered, min(below + 1, total - 1))
        return first + (place - below) * (second - first)

    return Spread(at(0), at(0.25), at(0.5), at(0.75), at(1))


def _nth(ordered: list[tuple[float, int]], place: int) -> float:
    passed = 0
    for number, times in ordered:
        passed += times
        if place < passed:
            return number
    raise IndexError(place)
