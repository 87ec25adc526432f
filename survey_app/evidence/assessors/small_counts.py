"""Counts that may be shown to somebody outside: none that is small, and none that follows from the others."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping

from survey_app.statistics.suppression import MINIMUM_BASE


def shown_counts(counts: Mapping[str, int], group: Callable[[str], Hashable]) -> dict[str, int | None]:
    """The counts by value; None for what is not shown.

    Counts of one group add up to something that is printed, such as the numerator. So where only one of a group is
    small the next smallest is hidden with it: otherwise it would follow by subtraction. What a group of one has is
    printed anyway.
    """
    shown: dict[str, int | None] = dict(counts)
    for name in {group(value) for value in counts}:
        members = sorted((value for value in counts if group(value) == name), key=lambda value: (counts[value], value))
        small = [value for value in members if counts[value] < MINIMUM_BASE]
        for value in members[: max(len(small), 2)] if small else ():
            shown[value] = None
    return shown
