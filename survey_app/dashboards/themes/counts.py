"""Comments on themes by what they say, what may be claimed of them, and which stand first. A pure rule."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from survey_app.comments.evaluation import LABELS
from survey_app.kernel.periods import ONE_DAY, Period
from survey_app.measures.sentences import Change, Verdict, compare_shares, together
from survey_app.statistics.intervals import wilson_interval
from survey_app.statistics.suppression import MINIMUM_BASE, is_suppressed

MONTHS, QUARTERS = 12, 8  # how many are drawn at least, so that there is something to see a change in


@dataclass(frozen=True)
class LabelCounts:
    """Comments by their label. The base of a share are those that have one."""

    positive: int = 0
    neutral: int = 0
    negative: int = 0
    unlabelled: int = 0

    @classmethod
    def of(cls, labels: Mapping[str, int]) -> LabelCounts:
        """Whatever is none of the three is without a label: it waits, was not analysed, or could not be told."""
        positive, neutral, negative = (labels.get(label, 0) for label in LABELS[::-1])
        return cls(positive, neutral, negative, sum(labels.values()) - positive - neutral - negative)

    @property
    def base(self) -> int:
        return self.positive + self.neutral + self.negative

    @property
    def total(self) -> int:
        return self.base + self.unlabelled


@dataclass(frozen=True)
class ThemeLine:
    """A theme in a period, and what may be said of it against last year; None while the period still fills."""

    code: str
    name: str
    now: LabelCounts
    before: LabelCounts
    change: Change | None = None

    @property
    def got_worse(self) -> bool:
        return self.change is not None and self.change.verdict is Verdict.FELL


def judged(lines: Sequence[ThemeLine], *, is_provisional: bool) -> list[ThemeLine]:
    """The themes that may be shown, with the change of their share of criticism, judged together (Holm). What got
    worse stands first, then whatever has most criticism."""
    shown = [line for line in lines if line.now.base and not is_suppressed(line.now.base)]
    if not is_provisional:
        changes = together(
            [
                compare_shares(
                    line.now.negative,
                    line.now.base,
                    line.before.negative,
                    line.before.base,
                    lower_is_better=True,
                    counted="comments",
                )
                for line in shown
            ]
        )
        shown = [replace(line, change=change) for line, change in zip(shown, changes, strict=True)]
    return sorted(shown, key=lambda line: (not line.got_worse, -line.now.negative, -line.now.base, line.name))


def most_criticised(lines: Iterable[ThemeLine]) -> list[ThemeLine]:
    """The theme with the most negative comments, and those that cannot be told from it: of the negative comments of
    both, each could have half (Wilson's interval)."""
    ordered = sorted(lines, key=lambda line: (-line.now.negative, line.name))
    if not ordered or not ordered[0].now.negative:
        return []
    top = ordered[0].now.negative
    return [line for line in ordered if wilson_interval(top, top + line.now.negative).low <= 0.5]


def by_theme(values: Mapping[str, int], split: Callable[[str], tuple[int, str]]) -> dict[int, LabelCounts]:
    """Counts of theme and label as counts by theme. `split` says which theme and which label a value is."""
    counts: defaultdict[int, Counter[str]] = defaultdict(Counter)
    for value, n in values.items():
        theme, label = split(value)
        counts[theme][label] += n
    return {theme: LabelCounts.of(labels) for theme, labels in counts.items()}


def months_to_draw(period: Period) -> list[Period]:
    """The months of a period, and those before it until there are twelve."""
    return _back_to(period, "month", MONTHS)


def quarters_to_draw(period: Period) -> list[Period]:
    """The quarters of a period, and those before it until there are eight."""
    return _back_to(period, "quarter", QUARTERS)


def are_thin(bases: Sequence[int]) -> bool:
    """Whether more than half of the months with comments have too few to be shown."""
    some = [base for base in bases if base]
    return sum(base < MINIMUM_BASE for base in some) * 2 > len(some)


def _back_to(period: Period, unit: str, fewest: int) -> list[Period]:
    """Whole ones only: a bar that stands for a part of a month would look like a fall."""
    find = Period.month_of if unit == "month" else Period.quarter_of
    parts = [find(period.last)]
    while len(parts) < fewest or parts[0].first > period.first:
        parts.insert(0, find(parts[0].first - ONE_DAY))
    return parts


@dataclass(frozen=True)
class Turn:
    """A day from which comments are sorted or judged by another rule: what changed, and what that means."""

    day: date
    words: str
    note: str = ""


def method_turns(first_used: Mapping[str, date]) -> list[Turn]:
    """Where another method of judging came in: all but the first, by the day on which each judged its first comment."""
    ordered = sorted(first_used.items(), key=lambda each: (each[1], each[0]))
    return [Turn(day, f"New method {method}") for method, day in ordered[1:]]
