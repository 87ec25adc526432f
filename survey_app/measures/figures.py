"""A figure with all that stands beside it, made from counts. Nothing here reads a database or a clock.

What is hidden is hidden here, once, for every page, file and interface.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from survey_app.kernel.periods import Period
from survey_app.measures.address import FigureQuery, to_id
from survey_app.measures.counting import Counted
from survey_app.measures.definitions import Measure, Source, Unit
from survey_app.measures.label_methods import OTHER_METHOD
from survey_app.measures.naming import Naming, stands_alone
from survey_app.measures.rules import DONT_KNOW
from survey_app.measures.sentences import Change, compare_means, compare_medians, compare_nets, compare_shares, together
from survey_app.measures.targets import TargetLine
from survey_app.statistics.intervals import (
    Interval,
    NetCounts,
    counted_median,
    counted_median_interval,
    mean_interval,
    net_interval,
    wilson_interval,
)
from survey_app.statistics.suppression import Disclosure, disclose_groups, is_indicative, is_suppressed
from survey_app.statistics.target_status import Comparator, Status, Target, interval_status, share_status


@dataclass(frozen=True)
class Previous:
    """The same dates a year earlier. `value` is None without answers, or where it is hidden."""

    value: float | None
    base: int
    period: Period


@dataclass(frozen=True)
class Figure:
    """One figure of one measure. Shares are 0 to 1 and unrounded.

    `value` is None without answers (then `base` is 0) and where `suppressed`: then numerator, interval, change, counts
    by value and outside counts are hidden too, and only the base stays. `group` is its codes in the order of the
    breakdown, `query` what its passport counts again.
    """

    query: FigureQuery
    period: Period
    group: tuple[str, ...]
    value: float | None
    numerator: int | None
    base: int
    low: float | None
    high: float | None
    suppressed: bool
    indicative: bool
    provisional: bool
    target: float | None
    comparator: str | None
    status: str | None
    previous: Previous
    change: Change | None
    counted_from: str
    not_compared: str | None = None  # why there is no change: a new wording, or another method of labels
    target_line: TargetLine | None = None  # the target as entered, with when and what would be better still
    by_value: Mapping[str, int] = field(default_factory=dict)
    outside: Mapping[str, int] = field(default_factory=dict)

    @property
    def measure(self) -> Measure:
        return self.query.definition

    @property
    def not_compared_words(self) -> str | None:
        """The same in a few words, for a line under the figure."""
        if self.not_compared is None:
            return None
        return OTHER_METHOD if self.measure.source is Source.COMMENTS else "the question was worded anew"

    @property
    def place(self) -> tuple[str, ...]:
        """Where it stands in its breakdown."""
        return (self.period.label, *self.group)

    @property
    def passport(self) -> str:
        """The address of its passport within the site."""
        return f"/figures/{to_id(self.query)}"

    @property
    def target_set_on(self) -> date | None:
        """The day on which its target was entered; None where that is not known."""
        return None if self.target_line is None else self.target_line.entered_on

    @property
    def target_after_seeing(self) -> bool:
        """Whether its target was entered after the period began, when answers could already be seen."""
        return self.target_line is not None and self.target_line.is_after_seeing(self.period.first)

    @property
    def stretch(self) -> float | None:
        """What would be better still than the target; no status is judged by it."""
        return None if self.target_line is None else self.target_line.stretch


@dataclass(frozen=True)
class Cell:
    """What one figure is made from: its place in the breakdown, and its counts now and a year before."""

    query: FigureQuery
    period: Period
    group: tuple[str, ...]
    now: Counted
    before: Counted
    target: TargetLine | None
    provisional: bool
    not_compared: str | None = None

    @property
    def place(self) -> tuple[str, ...]:
        return (self.period.label, *self.group)


def make_figures(
    measure: Measure, cells: Sequence[Cell], counted_from: str, *, are_compared: bool = True
) -> list[Figure]:
    """The figures of one breakdown: what is small is hidden, and what could be had by subtraction with it.

    Changes are claimed together, so each allows for the number of those that are tested (Holm). What is only drawn and
    makes no claim is not compared: it takes nothing from those that do.
    """
    hidden, hidden_before = set[tuple[str, ...]](), set[tuple[str, ...]]()
    if measure.unit is not Unit.COUNT:
        hidden = _hidden({cell.place: _opinions(cell.now) for cell in cells})
        hidden_before = _hidden({cell.place: _opinions(cell.before) for cell in cells})
    figures = [
        _figure(
            measure,
            cell,
            counted_from,
            is_hidden=cell.place in hidden,
            was_hidden=cell.place in hidden_before,
        )
        for cell in cells
    ]
    if not are_compared:
        return figures
    compared = [
        replace(figure, change=compare(measure, cell.now, cell.before))
        if _may_be_compared(measure, cell, hidden=hidden, hidden_before=hidden_before)
        else figure
        for figure, cell in zip(figures, cells, strict=True)
    ]
    return adjust_together([compared])[0]


def adjust_together(tables: Sequence[Sequence[Figure]], namings: Sequence[Naming] = ()) -> list[list[Figure]]:
    """The same figures, table by table, as they stand on one page: each change allows for all that the page tests.

    A figure that was named as the headline before its year began stands alone.
    """

    def adjusts(figure: Figure) -> bool:
        return figure.change is not None and not stands_alone(figure.query, namings)

    figures = [figure for table in tables for figure in table if adjusts(figure)]
    changes = iter(together([figure.change for figure in figures if figure.change is not None]))
    return [
        [replace(figure, change=next(changes) if adjusts(figure) else _alone(figure.change)) for figure in table]
        for table in tables
    ]


def _alone(change: Change | None) -> Change | None:
    """Judged by itself, whatever table it stood in before."""
    return change if change is None or change.p_value is None else change.allowing_for(1, change.p_value)


def _figure(measure: Measure, cell: Cell, counted_from: str, *, is_hidden: bool, was_hidden: bool) -> Figure:
    now, before = cell.now, cell.before
    previous = Previous(None if was_hidden else _value(measure, before), before.base, cell.period.previous)
    target = cell.target if measure.unit is not Unit.COUNT else None
    figure = Figure(
        query=cell.query,
        period=cell.period,
        group=cell.group,
        value=None,
        numerator=None,
        base=now.base,
        low=None,
        high=None,
        suppressed=is_hidden,
        indicative=not is_hidden and measure.unit is not Unit.COUNT and is_indicative(now.base),
        provisional=cell.provisional,
        target=None if target is None else target.value,
        comparator=None if target is None else target.comparator,
        status=Status.SUPPRESSED if is_hidden else None,
        previous=previous,
        change=None,
        counted_from=counted_from,
        not_compared=None if is_hidden else cell.not_compared,
        target_line=target,
    )
    if is_hidden:
        return figure
    interval = _interval(measure, now)
    return replace(
        figure,
        value=_value(measure, now),
        numerator=None if measure.unit is Unit.DAYS else now.numerator,
        low=None if interval is None else interval.low,
        high=None if interval is None else interval.high,
        status=_status(measure, now, interval, target),
        by_value=now.by_value,
        outside=now.outside,
    )


def _value(measure: Measure, counted: Counted) -> float | None:
    if measure.unit is Unit.COUNT:
        return counted.numerator
    if counted.base == 0:
        return None
    return counted_median(counted.by_score) if measure.unit is Unit.DAYS else counted.numerator / counted.base


def _interval(measure: Measure, counted: Counted) -> Interval | None:
    if counted.base == 0:
        return None
    match measure.unit:
        case Unit.SHARE:
            return wilson_interval(counted.numerator, counted.base)
        case Unit.NET_SHARE:
            return net_interval(net_counts(counted))
        case Unit.MEAN if measure.scale:
            return mean_interval(counted.by_score, *measure.scale)
        case Unit.DAYS:
            return counted_median_interval(counted.by_score)
    return None


def net_counts(counted: Counted) -> NetCounts:
    """Answers that count for, neither, and against."""
    return NetCounts(counted.plus, counted.base - counted.plus - counted.minus, counted.minus)


def _status(measure: Measure, counted: Counted, interval: Interval | None, line: TargetLine | None) -> str | None:
    target = None
    if line is not None:
        target = Target(line.value, Comparator(line.comparator), measure.lower_is_better)
    if measure.unit is Unit.SHARE:
        return share_status(counted.numerator, counted.base, target)
    value = _value(measure, counted)
    if interval is None or value is None:
        return Status.NO_TARGET if measure.unit is Unit.COUNT else None
    return interval_status(value, interval, counted.base, target)


def _may_be_compared(
    measure: Measure, cell: Cell, *, hidden: set[tuple[str, ...]], hidden_before: set[tuple[str, ...]]
) -> bool:
    """Neither a plain count nor a median, nothing provisional, hidden, worded or labelled anew; a small year before
    says so."""
    if measure.unit in {Unit.COUNT, Unit.DAYS} or cell.provisional or cell.now.base == 0 or cell.place in hidden:
        return False
    if cell.not_compared is not None:
        return False
    return cell.place not in hidden_before or is_suppressed(cell.before.base)


def compare(
    measure: Measure,
    now: Counted,
    before: Counted,
    *,
    comparison: str = "last year",
    lower_is_better: bool | None = None,
) -> Change:
    """Two counts of one measure, as its unit wants them compared. `comparison` is how the sentence names the earlier
    one; `lower_is_better` is the measure's own unless it is given."""
    worse = measure.lower_is_better if lower_is_better is None else lower_is_better
    if measure.unit is Unit.NET_SHARE:
        return compare_nets(
            net_counts(now),
            net_counts(before),
            nps=measure.name == "nps",
            comparison=comparison,
            lower_is_better=worse,
        )
    if measure.unit is Unit.MEAN and measure.scale:
        return compare_means(
            now.by_score, before.by_score, scale=measure.scale, comparison=comparison, lower_is_better=worse
        )
    if measure.unit is Unit.DAYS:
        return compare_medians(now.by_score, before.by_score, comparison=comparison, lower_is_better=worse)
    counts = now.numerator, now.base, before.numerator, before.base
    return compare_shares(*counts, comparison=comparison, lower_is_better=worse)


def _opinions(counted: Counted) -> int:
    """The base without "I do not know", which a rule may let in: it must not uncover what a few people said."""
    return counted.base - counted.by_value.get(DONT_KNOW, 0)


def _hidden(bases: Mapping[tuple[str, ...], int]) -> set[tuple[str, ...]]:
    """Places not to be shown: each line of the table, along each of its dimensions, is a breakdown with a total."""
    lines: defaultdict[tuple[int, tuple[str, ...]], dict[str, int]] = defaultdict(dict)
    for place, base in bases.items():
        for axis, code in enumerate(place):
            lines[axis, (*place[:axis], *place[axis + 1 :])][code] = base
    return {
        (*others[:axis], code, *others[axis:])
        for (axis, others), groups in lines.items()
        for code, disclosure in disclose_groups(groups).items()
        if disclosure is not Disclosure.SHOWN
    }
