"""Which method labelled the comments of a period, and where another one takes over. Source: MEASURES.md 1.4.

Labels of two methods are two measurements: a difference between them may be the methods', so it is never claimed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

ONE_METHOD_FROM = Fraction(19, 20)  # of a period's labels: fewer than one in twenty by another moves no figure much
OTHER_METHOD = "another method labelled the comments"
NOT_COMPARED = (
    "The comments of the two periods were not labelled by one method: no comparison until one method's labels count in "
    "both (Comments, Methods)."
)


@dataclass(frozen=True)
class MethodTurn:
    """The month from whose first day on most labels are another method's."""

    since: date
    method: str


def method_of(labels: Mapping[str, int]) -> str | None:
    """The method that made all but a few labels; None where two share them, or there are none."""
    total = sum(labels.values())
    method = max(labels, key=lambda each: (labels[each], each), default=None)
    return method if method is not None and total and Fraction(labels[method], total) >= ONE_METHOD_FROM else None


def are_of_one_method(now: Mapping[str, int], before: Mapping[str, int]) -> bool:
    """Whether two periods can be compared. People's own labels are nobody's method, and stand in the way of nothing."""
    if not any(now.values()) or not any(before.values()):
        return True
    method = method_of(now)
    return method is not None and method == method_of(before)


def turns(months: Iterable[tuple[date, Mapping[str, int]]]) -> list[MethodTurn]:
    """Where most labels of a month are another method's than those of the month before it that has any."""
    found: list[MethodTurn] = []
    present = None
    for first, labels in months:
        method = max(labels, key=lambda each: (labels[each], each), default=None)
        if method is None:
            continue
        if present is not None and method != present:
            found.append(MethodTurn(first, method))
        present = method
    return found
