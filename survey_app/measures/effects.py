"""Did an improvement help? Its effect on just the measure and the scope that were named when it was entered.

The figure of the whole months after is tested against the same months a year earlier, so that the season is held, and
what it moved by is set against the rest of the council. Source: MEASURES.md 9.1, 9.2, 9.4 and 9.5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise, takewhile
from statistics import median

from survey_app.kernel.periods import ONE_DAY, Period
from survey_app.measures.caveats import Shift
from survey_app.measures.control import ControlSeries, Placed, control_series, entry_of
from survey_app.measures.definitions import Measure, Unit
from survey_app.measures.figures import Figure
from survey_app.measures.sentences.changes import Change, Verdict
from survey_app.statistics.control_charts import Improvement, Variation
from survey_app.statistics.distributions import ALPHA
from survey_app.statistics.interrupted_series import (
    MONTHS_BEFORE,
    SMALLEST_MONTH,
    InterruptedSeries,
    Month,
    NoSeries,
    interrupted_series,
)
from survey_app.statistics.intervals import Interval, mover_interval
from survey_app.statistics.suppression import INDICATIVE_BELOW

FEWEST_MONTHS, MOST_MONTHS = 3, 12  # whole months after
SETTLING_DAYS, MOST_SETTLING_DAYS = 14, 180
REST_BASE = 100  # answers of the rest of the council, in both windows
LIKE_WINDOWS = 4  # the lowest of so many stretches before was likely to be chosen for being low
PART_LENGTHS, MOST_PARTS = (1, 2, 3), 14  # months of a part of the chart, and how many it has room for
MONTHS_SHOWN = 24  # before the first month after: on the control chart and in the series


@dataclass(frozen=True)
class Named:
    """What was named when an improvement was entered. `where` are codes by filter, `scope` and `what` the words for
    where and what in a sentence; the scope of the whole council is empty."""

    measure: Measure
    where: Mapping[str, Sequence[str]]
    scope: str
    what: str
    done_on: date
    settling_days: int = SETTLING_DAYS
    lower_is_better: bool = False
    named_on: date | None = None

    @property
    def is_named_late(self) -> bool:
        """Whether measure and scope were named when the effect could already be seen."""
        return self.named_on is not None and self.named_on > self.done_on

    @property
    def better(self) -> Improvement:
        return Improvement.DECREASE if self.lower_is_better else Improvement.INCREASE


@dataclass(frozen=True)
class Windows:
    """Whole months: those after, the same a year earlier, and as many just before the change."""

    after: Period
    before: Period
    just_before: Period

    @property
    def like(self) -> list[Period]:
        """The stretches as long as these before `just_before`, the newest first."""
        first, length = self.just_before.first, _months_in(self.just_before)
        return [
            Period.between(months_on(first, -length * n), months_on(first, -length * (n - 1)) - ONE_DAY)
            for n in range(1, LIKE_WINDOWS)
        ]


def first_month_after(done_on: date, settling_days: int) -> Period:
    """The first whole month that begins when the change has settled."""
    settled = done_on + timedelta(days=settling_days)
    month = Period.month_of(settled)
    return month if month.first == settled else Period.month_of(month.last + ONE_DAY)


def months_after(done_on: date, settling_days: int, is_over: Callable[[Period], bool]) -> list[Period]:
    """The whole months after a change that may be looked at, up to 12, and never one whose twin a year earlier had the
    change already. `is_over` says of a month that no answer of it can come or change any more."""
    first = first_month_after(done_on, settling_days).first
    months = [Period.month_of(months_on(first, n)) for n in range(MOST_MONTHS)]
    return list(takewhile(lambda month: _a_year_before(month).last < done_on and is_over(month), months))


def windows(done_on: date, months: Sequence[Period]) -> Windows | None:
    """The windows of an improvement with these whole months after it; None while they are fewer than 3."""
    if len(months) < FEWEST_MONTHS:
        return None
    after = Period.between(months[0].first, months[-1].last)
    until = done_on.replace(day=1)
    just_before = Period.between(months_on(until, -len(months)), until - ONE_DAY)
    return Windows(after, _a_year_before(after), just_before)


def _a_year_before(months: Period) -> Period:
    """The same whole months; unlike `previous` it holds the 29th of a February."""
    return Period.between(months_on(months.first, -12), months_on(months.last + ONE_DAY, -12) - ONE_DAY)


def chart_parts(before: Period, after: Period, bases: Mapping[date, int]) -> list[Period]:
    """The stretches that a chart draws, from the first day before to the last after; none lies on both sides of the end
    of a window. They are as short as answers allow: most with 30, and no more than a chart has room for.

    `bases` are the answers of each month, by its first day.
    """
    between = (
        [] if before.last + ONE_DAY == after.first else [Period.between(before.last + ONE_DAY, after.first - ONE_DAY)]
    )
    spans = [before, *between, after]
    parts: list[Period] = []
    for length in PART_LENGTHS:
        parts = [part for span in spans for part in _parts(span.split("month"), length)]
        answers = [sum(bases.get(month.first, 0) for month in part.split("month")) for part in parts]
        if len(parts) <= MOST_PARTS and median(answers) >= INDICATIVE_BELOW:
            break
    return parts


def _parts(months: Sequence[Period], length: int) -> list[Period]:
    """So many months a part; what is left over goes to the last ones."""
    number = max(1, len(months) // length)
    starts = [n * len(months) // number for n in range(number + 1)]
    return [Period.between(months[first].first, months[end - 1].last) for first, end in pairwise(starts)]


def months_on(first: date, months: int) -> date:
    """The first day of the month so many months later, or earlier."""
    place = first.year * 12 + first.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


def _months_in(period: Period) -> int:
    return len(period.split("month"))


class Before(StrEnum):
    """What the months after are compared with."""

    SAME_MONTHS = "same_months"  # a year earlier
    JUST_BEFORE = "just_before"
    BEFORE_THE_LOW = "before_the_low"  # the 12 months before an unusual one


@dataclass(frozen=True)
class Comparison:
    """The figure before, and what changed from it to the one after; `not_compared` says why nothing is."""

    kind: Before
    before: Figure
    change: Change | None
    not_compared: str | None = None

    @property
    def is_tested(self) -> bool:
        return self.change is not None and self.change.is_tested


@dataclass(frozen=True)
class Rest:
    """The rest of the council over the same windows. `interval` is of D, the change here less the change there."""

    after: Figure
    before: Figure
    change: Change
    difference: float
    interval: Interval

    def is_beaten(self, *, lower_is_better: bool) -> bool:
        """Whether the change here was better than there, by more than chance explains."""
        return self.interval.high < 0 if lower_is_better else self.interval.low > 0


class WarningKind(StrEnum):
    """What else may explain an effect, or weakens it, in the order in which it is told."""

    NAMED_LATE = "named_late"
    REGRESSION = "regression"
    SEASON = "season"
    WORDING = "wording"
    SURVEY_VERSION = "survey_version"
    CHANNEL_MIX = "channel_mix"
    OTHER_IMPROVEMENT = "other_improvement"


@dataclass(frozen=True)
class EffectWarning:
    """`about` is what the sentence names: the month of a low, the channel, the other improvements and their number."""

    kind: WarningKind
    about: str = ""
    shift: Shift | None = None
    number: int = 1


@dataclass(frozen=True)
class Annotation:
    """An improvement as it stands on a line of time."""

    letter: str
    title: str
    day: date


class EffectVerdict(StrEnum):
    """What may be said of an improvement."""

    MORE_THAN_ELSEWHERE = "improved_more_than_elsewhere"
    ELSEWHERE_TOO = "improved_elsewhere_too"
    IMPROVED = "improved"  # there is no rest to compare with
    NO_EFFECT = "no_effect_shown"
    WORSE = "worse"
    NOT_ENOUGH = "not_enough"
    NOT_COMPARED = "not_compared"  # the question was worded anew between the windows
    NOT_YET = "cannot_tell_yet"


@dataclass(frozen=True)
class Effect:
    """What became of a measure where something was improved.

    `comparisons` begin with the one that is judged; the others stand beside it and claim nothing. All of it is empty
    while it is too early to tell; `ready_on` is the day from which it is not, None where only answers are missing.
    Shares and net shares differ by -1 to 1, means by scores, medians by working days.
    """

    named: Named
    windows: Windows | None
    ready_on: date | None = None
    after: Figure | None = None
    comparisons: tuple[Comparison, ...] = ()
    rest: Rest | None = None
    warnings: tuple[EffectWarning, ...] = ()
    months: tuple[Figure, ...] = ()
    sentence: str = field(default="", compare=False)

    @property
    def judged(self) -> Comparison | None:
        return self.comparisons[0] if self.comparisons else None

    @property
    def before(self) -> Figure | None:
        return None if self.judged is None else self.judged.before

    @property
    def change(self) -> Change | None:
        return None if self.judged is None else self.judged.change

    @property
    def difference(self) -> float | None:
        return None if self.change is None else self.change.difference

    @property
    def low(self) -> float | None:
        return None if self.change is None else self.change.low

    @property
    def high(self) -> float | None:
        return None if self.change is None else self.change.high

    @property
    def p_value(self) -> float | None:
        return None if self.change is None else self.change.p_value

    @property
    def verdict(self) -> EffectVerdict:
        if self.judged is None:
            return EffectVerdict.NOT_YET
        if self.judged.not_compared is not None:
            return EffectVerdict.NOT_COMPARED
        change = self.change
        if change is None or change.verdict is Verdict.NOT_ENOUGH:
            return EffectVerdict.NOT_ENOUGH
        if change.verdict is not Verdict.IMPROVED:
            return EffectVerdict.WORSE if change.verdict is Verdict.FELL else EffectVerdict.NO_EFFECT
        if self.rest is None:
            return EffectVerdict.IMPROVED
        is_beaten = self.rest.is_beaten(lower_is_better=self.named.lower_is_better)
        return EffectVerdict.MORE_THAN_ELSEWHERE if is_beaten else EffectVerdict.ELSEWHERE_TOO

    @property
    def has_improved(self) -> bool:
        """Whether the measure moved the way it should, by more than chance explains."""
        return self.verdict in IMPROVED

    @cached_property
    def control(self) -> ControlSeries:
        """The months on a control chart."""
        return control_series([entry_of(month) for month in self.months], improvement=self.named.better)

    @property
    def signals(self) -> list[Placed]:
        """Months after the change on which the control chart finds a special cause, either way."""
        if self.windows is None:
            return []
        control = self.control
        return [
            placed
            for placed in control.placed
            if placed.entry.period.first >= self.windows.after.first
            and placed.claim not in {None, Variation.COMMON_CAUSE}
            and placed.chart is not None
            and len(control.judged) >= MONTHS_BEFORE + 1
        ]

    @cached_property
    def series(self) -> InterruptedSeries | None:
        """The second opinion on a share: a step or a turn of its months. None where it may not be used."""
        if self.windows is None or self.named.measure.unit is not Unit.SHARE:
            return None
        chart = self.control.newest_chart
        if chart is None or not chart.may_name_a_cause:
            return None
        return _series(self.months, self.windows.after.first)

    @property
    def names_a_step(self) -> bool:
        """Whether the second opinion may be told as a step."""
        found = self.series
        return found is not None and self.has_improved and found.step.p_value <= ALPHA


IMPROVED = frozenset({EffectVerdict.MORE_THAN_ELSEWHERE, EffectVerdict.ELSEWHERE_TOO, EffectVerdict.IMPROVED})


def _series(months: Sequence[Figure], first_after: date) -> InterruptedSeries | None:
    """Of the unbroken months around the change that have answers enough, before and after."""
    usable = [figure.numerator is not None and figure.base >= SMALLEST_MONTH for figure in months]
    place = next(n for n, figure in enumerate(months) if figure.period.first == first_after)
    first = max((n + 1 for n in range(place) if not usable[n]), default=0)
    if not all(usable[place:]):
        return None
    counts = [Month(figure.numerator or 0, figure.base) for figure in months[first:]]
    try:
        found = interrupted_series(counts, place - first)
    except NoSeries:
        return None
    return found if found.is_usable else None


def against_rest(change: Change, after: Figure, before: Figure, there: Change) -> Rest | None:
    """What moved here less what moved there; None where either change has no interval, or a base there is below 100.

    Source: MOVER, as MEASURES.md 9.2 has it.
    """
    if min(after.base, before.base) < REST_BASE:
        return None
    here_interval, there_interval = _interval(change), _interval(there)
    if change.difference is None or there.difference is None or here_interval is None or there_interval is None:
        return None
    interval = mover_interval(change.difference, here_interval, there.difference, there_interval)
    return Rest(after, before, there, change.difference - there.difference, interval)


def _interval(change: Change) -> Interval | None:
    return None if change.low is None or change.high is None else Interval(change.low, change.high)


def unusual_month(months: Sequence[Figure], named: Named, windows: Windows) -> Period | None:
    """The last month before the change, of either window before, that was unusually bad by the control chart."""
    earlier = [month for month in months if month.period.last < named.done_on]
    control = control_series([entry_of(month) for month in earlier], improvement=named.better)
    first = min(windows.before.first, windows.just_before.first)
    found = [
        placed.entry.period
        for placed in control.placed
        if placed.claim is Variation.CONCERN and placed.entry.period.first >= first
    ]
    return found[-1] if found else None


def is_worst(just_before: Figure, like: Sequence[Figure], *, lower_is_better: bool) -> bool:
    """Whether the months just before were the worst of the last four stretches as long; each needs 30 answers."""
    stretches = [just_before, *like]
    values = [figure.value for figure in stretches if figure.value is not None and figure.base >= INDICATIVE_BELOW]
    if len(values) < LIKE_WINDOWS:
        return False
    newest, *others = values
    return newest > max(others) if lower_is_better else newest < min(others)
