"""When a control chart may begin a new range. Source: MEASURES.md 7.7.

A change can be declared before its month: then the new range waits until it has its points. One whose month has begun
is a choice made after seeing the data, and is marked as such for good.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.measures.control import Entry, place_of

FEWEST_AFTER = 8  # settled points that a new range stands on
MONTHS_APART = 6
MOST_MONTHS_AHEAD = 12


@dataclass(frozen=True)
class RebaseLine:
    """A new range as entered: from the first day of `month` on. `person` is who entered it, `entered_on` when."""

    id: int
    month: date
    reason: str
    person: str
    entered_on: date

    @property
    def is_after_seeing_the_data(self) -> bool:
        return self.month < self.entered_on


def points_from(month: date, entries: Iterable[Entry]) -> int:
    """How many settled points a range that begins with this month has."""
    return sum(entry.has_point and not entry.is_provisional and entry.place >= place_of(month) for entry in entries)


def in_effect(months: Iterable[date], entries: Sequence[Entry]) -> list[date]:
    """Those whose range has its points by now. The others wait."""
    return [month for month in months if points_from(month, entries) >= FEWEST_AFTER]


def refusal(month: date, reason: str, *, entries: Sequence[Entry], others: Collection[date], today: date) -> str | None:
    """Why no new range may begin with this month, as a sentence; None where it may. `others` are those there are."""
    if not reason.strip():
        return "Say why the usual range is a new one from then on."
    near = min(others, key=lambda other: abs(place_of(other) - place_of(month)), default=None)
    if near is not None and abs(place_of(near) - place_of(month)) < MONTHS_APART:
        return f"A new range begins in {near:%B %Y}. Two have to lie at least {MONTHS_APART} months apart."
    if not any(entry.has_point and entry.place < place_of(month) for entry in entries):
        return f"No month before {month:%B %Y} has a figure, so there is no range to leave."
    if place_of(month) - place_of(today) > MOST_MONTHS_AHEAD:
        return f"A new range can be declared {MOST_MONTHS_AHEAD} months ahead at most."
    points = points_from(month, entries)
    if month <= today and points < FEWEST_AFTER:
        return (
            f"{points or 'No'} settled {'month has' if points == 1 else 'months have'} a figure from {month:%B %Y} on. "
            f"A new range needs {FEWEST_AFTER}."
        )
    return None
