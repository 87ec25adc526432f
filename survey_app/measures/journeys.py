"""Journeys: how many contacts one matter took.

A journey is all contacts of one person about the same reason, each at most 28 days after the one before. A person is
known by a customer reference, an e-mail address or a phone number (the last two as keyed hashes).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.statistics.intervals import Interval, wilson_interval
from survey_app.statistics.suppression import Disclosure, disclose_groups

WITHIN_DAYS = 28
FOLLOWED_DAYS = 90  # a journey that began in a period is followed for so long after its end
MANY = 4  # contacts: so many and more are told together
IN_WORDS = (
    "A journey is all contacts of one person about the same reason, each within 28 days of the one before. It counts "
    "in the period of its first contact."
)


@dataclass(frozen=True)
class Share:
    """A share, hidden (no value, no interval) where fewer than 10 stand behind it or another could be worked out."""

    numerator: int | None
    base: int
    interval: Interval | None

    @property
    def value(self) -> float | None:
        return None if self.numerator is None or not self.base else self.numerator / self.base

    @property
    def is_hidden(self) -> bool:
        return self.numerator is None


def shares(counts: Mapping[str, tuple[int, int]]) -> dict[str, Share]:
    """The shares of one breakdown from numerators and bases by group, small ones hidden."""
    disclosed = disclose_groups({code: base for code, (_, base) in counts.items()})
    return {
        code: Share(numerator, base, wilson_interval(numerator, base) if base else None)
        if disclosed[code] is Disclosure.SHOWN
        else Share(None, base, None)
        for code, (numerator, base) in counts.items()
    }


@dataclass(frozen=True)
class Journeys:
    """The journeys of a period. `sizes` are journeys by their contacts (4 means 4 and more), `by_service` and
    `by_reason` the same for each group, `satisfied` those satisfied and the base of the answers by size."""

    sizes: Mapping[int, int]
    by_service: Mapping[str, Mapping[int, int]]
    by_reason: Mapping[str, Mapping[int, int]]
    satisfied: Mapping[int, tuple[int, int]]
    outside: int  # contacts of the period that no person or no reason is known of

    @property
    def total(self) -> int:
        return sum(self.sizes.values())


def in_one(groups: Mapping[str, Mapping[int, int]]) -> dict[str, Share]:
    """For each group the share of journeys that took one contact alone."""
    return shares({code: (sizes.get(1, 0), sum(sizes.values())) for code, sizes in groups.items()})


def size_label(size: int) -> str:
    """1 contact, 2 contacts, 4 or more contacts."""
    if size >= MANY:
        return f"{MANY} or more contacts"
    return "1 contact" if size == 1 else f"{size} contacts"
