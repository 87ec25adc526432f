"""Two methods beside one another on the same comments: shares by month, and where their labels differ."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from survey_app.comments.evaluation import LABELS
from survey_app.statistics.intervals import Interval, wilson_interval
from survey_app.statistics.rounding import percent
from survey_app.statistics.suppression import is_suppressed

NO_LABEL = "none"  # it waits for review, has no content, or is not analysed


@dataclass(frozen=True)
class Pair:
    """How many comments of a day have one label by the earlier method and another, or the same, by the later one."""

    day: date
    earlier: str | None
    later: str | None
    comments: int


@dataclass(frozen=True)
class Share:
    """Positive of all that have a label. `value` and `interval` are None where the base is too small to show."""

    positive: int
    base: int

    @property
    def is_hidden(self) -> bool:
        return is_suppressed(self.base)

    @property
    def value(self) -> float | None:
        return None if self.is_hidden or not self.base else self.positive / self.base

    @property
    def interval(self) -> Interval | None:
        return None if self.value is None else wilson_interval(self.positive, self.base)


@dataclass(frozen=True)
class Month:
    """One month by both methods."""

    first: date
    earlier: Share
    later: Share

    @property
    def is_hidden(self) -> bool:
        """Neither is shown where one is too small: the other would nearly give it away."""
        return self.earlier.is_hidden or self.later.is_hidden


@dataclass(frozen=True)
class Comparison:
    """Both methods on the same comments. `table` counts labels, the earlier method's first; months in order."""

    months: tuple[Month, ...]
    table: Counter[tuple[str, str]]

    @property
    def comments(self) -> int:
        return self.table.total()

    @property
    def differing(self) -> int:
        return sum(n for (earlier, later), n in self.table.items() if earlier != later)

    @property
    def earlier(self) -> Share:
        return _share((earlier, n) for (earlier, _), n in self.table.items())

    @property
    def later(self) -> Share:
        return _share((later, n) for (_, later), n in self.table.items())

    def count(self, earlier: str, later: str) -> int:
        return self.table[earlier, later]


def compare(pairs: Iterable[Pair]) -> Comparison:
    """Add pairs up, by month and in all."""
    table = Counter[tuple[str, str]]()
    by_month: defaultdict[date, list[Pair]] = defaultdict(list)
    for pair in pairs:
        table[pair.earlier or NO_LABEL, pair.later or NO_LABEL] += pair.comments
        by_month[pair.day.replace(day=1)].append(pair)
    months = [
        Month(
            first,
            _share((pair.earlier or NO_LABEL, pair.comments) for pair in found),
            _share((pair.later or NO_LABEL, pair.comments) for pair in found),
        )
        for first, found in sorted(by_month.items())
    ]
    return Comparison(tuple(months), table)


def comparison_sentence(comparison: Comparison) -> str:
    """How many labels differ, and what that makes of the share of positive comments."""
    n = comparison.comments
    if n == 0:
        return "No comment has been judged by both methods yet."
    if is_suppressed(n) or comparison.earlier.is_hidden or comparison.later.is_hidden:
        return "Fewer than 10 comments have been judged by both methods: too few to show."
    said = f"{comparison.differing:,} of {n:,} labels differ ({percent(comparison.differing / n)})."
    before, after = comparison.earlier.value, comparison.later.value
    if before is None or after is None:
        return f"{said} One of the methods has no label that counts."
    shown = percent(before), percent(after)
    if shown[0] == shown[1]:
        return f"{said} The share of positive comments is {shown[0]} by both methods."
    return (
        f"{said} The share of positive comments is {shown[0]} by the earlier method and {shown[1]} by the later one: "
        "a difference of methods, not of what residents said."
    )


def _share(labels: Iterable[tuple[str, int]]) -> Share:
    counted = Counter[str]()
    for label, n in labels:
        counted[label] += n
    return Share(counted["positive"], sum(counted[label] for label in LABELS))
