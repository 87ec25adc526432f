"""One measure on two sides, in two periods or for two parts, and what else differs between these. Nothing here reads a
database. Source: MEASURES.md 2.1 to 2.3, 2.6 and 2.9.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from survey_app.measures.caveats import MIX_MOVED, Shift
from survey_app.measures.figures import Figure
from survey_app.measures.sentences import Change, compare_shares, together
from survey_app.measures.sentences.changes import compare_groups
from survey_app.statistics.suppression import INDICATIVE_BELOW, MINIMUM_BASE


@dataclass(frozen=True)
class Pair:
    """A measure on both sides. `why_not` says why there is no change although both may be seen."""

    one: Figure
    other: Figure
    change: Change | None = None
    why_not: str = ""


@dataclass(frozen=True)
class Mix:
    """What both sides are made of, by one dimension: shares of their answers, the largest of both first. `others` is
    what has too few to name on either side."""

    rows: Sequence[Shift]
    others: Shift | None

    @property
    def all(self) -> list[Shift]:
        return [*self.rows, *([self.others] if self.others else [])]

    @property
    def moved(self) -> list[Shift]:
        """Those whose shares differ by over 10 points: each may be what makes the difference."""
        return [row for row in self.all if abs(row.now - row.before) > MIX_MOVED]


def compared(pairs: Sequence[Pair], *, other_name: str, are_groups: bool) -> list[Pair]:
    """The pairs with their tests, each allowing for the others (Holm). What is hidden or not settled is not tested."""
    tested = [replace(pair, change=_change(pair, other_name, are_groups=are_groups)) for pair in pairs]
    changes = iter(together([pair.change for pair in tested if pair.change is not None]))
    return [pair if pair.change is None else replace(pair, change=next(changes)) for pair in tested]


def _change(pair: Pair, other_name: str, *, are_groups: bool) -> Change | None:
    one, other = pair.one, pair.other
    if pair.why_not or one.numerator is None or other.numerator is None or one.value is None or other.value is None:
        return None
    if one.provisional or other.provisional:
        return None
    if are_groups:
        return compare_groups((one.numerator, one.base), (other.numerator, other.base), rest_name=other_name)
    counts = one.numerator, one.base, other.numerator, other.base
    return compare_shares(*counts, comparison=f"in {other_name}", lower_is_better=one.measure.lower_is_better)


def mix_of(one: Mapping[str, int], other: Mapping[str, int]) -> Mix | None:
    """Of what both sides are made, from their bases by name; what has no name is among the others. None where a side is
    too small to speak of shares."""
    totals = sum(one.values()), sum(other.values())
    if min(totals) < INDICATIVE_BELOW:
        return None
    named = [
        name
        for name in sorted({*one, *other}, key=lambda each: (-one.get(each, 0) - other.get(each, 0), each))
        if name and all(base == 0 or base >= MINIMUM_BASE for base in (one.get(name, 0), other.get(name, 0)))
    ]
    rows = [
        Shift(name, Fraction(other.get(name, 0), totals[1]), Fraction(one.get(name, 0), totals[0])) for name in named
    ]
    left = [total - sum(side.get(name, 0) for name in named) for total, side in zip(totals, (one, other), strict=True)]
    others = Shift("Others", Fraction(left[1], totals[1]), Fraction(left[0], totals[0])) if any(left) else None
    return Mix(rows, others)
