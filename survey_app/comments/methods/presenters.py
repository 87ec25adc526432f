"""The pages of methods as their templates receive them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from survey_app.comments.checking.labels import LABELS, SENTIMENTS
from survey_app.comments.languages import NOT_JUDGED, language_name
from survey_app.comments.measured import accuracy_words
from survey_app.comments.methods.comparing import NO_LABEL, Comparison, Month, Share, comparison_sentence
from survey_app.comments.methods.queries import MethodUse
from survey_app.comments.models import Judging
from survey_app.comments.word_lists import CouncilLists
from survey_app.kernel.clock import london_day
from survey_app.statistics.rounding import percent, points
from survey_app.statistics.suppression import is_suppressed

COMPARED = {each: LABELS[each] for each in reversed(SENTIMENTS)} | {NO_LABEL: "No label that counts"}


@dataclass(frozen=True)
class MethodRow:
    """A method with its days; `is_present` is the one that judges now."""

    name: str
    days: str
    comments: str
    right: str
    is_present: bool


@dataclass(frozen=True)
class JudgingRow:
    """What somebody asked for. `done` of `total` comments, while it is worked through."""

    id: int
    days: str
    method: str
    reason: str
    asked: datetime
    state: str
    done: int = 0
    total: int = 0

    @property
    def is_running(self) -> bool:
        return self.total > 0


@dataclass(frozen=True)
class MethodsPage:
    claim: str
    rest: str
    methods: Sequence[MethodRow]
    judgings: Sequence[JudgingRow]
    lists: Sequence[str]
    problems: Sequence[str]
    first: date | None  # the days on which another than the present method judged
    last: date | None

    @property
    def is_running(self) -> bool:
        return any(row.is_running for row in self.judgings)


def methods_page(
    uses: Sequence[MethodUse],
    judgings: Sequence[Judging],
    left: Mapping[int, int],
    lists: CouncilLists,
    *,
    present: str,
) -> MethodsPage:
    """`left` is how many comments are still to be judged, by judging."""
    earlier = [use for use in uses if use.method != present and not is_of_another_language(use.method)]
    claim, rest = _answer(uses, earlier, present)
    return MethodsPage(
        claim=claim,
        rest=rest,
        methods=[_method_row(use, present) for use in uses],
        judgings=[judging_row(judging, left.get(judging.id, 0), present) for judging in judgings],
        lists=[f"{language_name(code)} ({listed.method})" for code, listed in sorted(lists.lists.items())],
        problems=lists.problems,
        first=min((use.first_on for use in earlier), default=None),
        last=max((use.last_on for use in earlier), default=None),
    )


def is_of_another_language(method: str) -> bool:
    """Whether a method is none of English: nothing could judge, or a council's own list did."""
    return method == NOT_JUDGED or method.startswith("words-")


def _answer(uses: Sequence[MethodUse], earlier: Sequence[MethodUse], present: str) -> tuple[str, str]:
    if not uses:
        return "No comment has been judged yet.", f"The present method is {present}."
    if not earlier:
        return "One method judged all comments.", "Their labels can be compared over all years."
    n = sum(use.comments for use in earlier)
    methods = "an earlier method" if len(earlier) == 1 else f"{len(earlier)} earlier methods"
    return (
        f"{_comments(n)} {'was' if n == 1 else 'were'} judged by {methods}.",
        "Labels of two methods are not compared: where the method changes, the trend of positive comments is broken.",
    )


def _method_row(use: MethodUse, present: str) -> MethodRow:
    if use.method == NOT_JUDGED:
        right = "Not analysed: in a language that nothing here can judge."
    elif is_of_another_language(use.method):
        right = "By the council’s own list of words. Nobody has measured it: people check each label."
    else:
        right = accuracy_words(use.method)
    return MethodRow(use.method, _days(use.first_on, use.last_on), f"{use.comments:,}", right, use.method == present)


def judging_row(judging: Judging, left: int, present: str) -> JudgingRow:
    """Where it stands, in words."""
    total = judging.judged + left if judging.done_at is None and judging.method == present else 0
    return JudgingRow(
        id=judging.id,
        days=_days(judging.first_on, judging.last_on),
        method=judging.method,
        reason=judging.reason,
        asked=judging.asked_at,
        state=_state(judging, present),
        done=judging.judged,
        total=total,
    )


def _state(judging: Judging, present: str) -> str:
    n = _comments(judging.judged)
    if judging.adopted_at is not None:
        day = _day(london_day(judging.adopted_at))
        return f"Its labels count since {day}." if judging.adoption_done_at else "Its labels are being put in place."
    if judging.adopted_to:
        return "The earlier labels are being put back."
    if judging.done_at is not None:
        return f"{n} judged. The earlier labels count."
    if judging.method != present:
        return f"Ended with {n} judged: the method changed meanwhile. The earlier labels count."
    return f"{n} judged so far."


@dataclass(frozen=True)
class ShareCells:
    """A share as a table shows it."""

    value: str
    base: str
    interval: str


@dataclass(frozen=True)
class MonthRow:
    month: str
    earlier: ShareCells
    later: ShareCells
    difference: str


@dataclass(frozen=True)
class TableRow:
    """The labels by the earlier method, and what the later one says of these comments; `same` is the unchanged one."""

    label: str
    counts: Sequence[str]
    same: int
    total: str


@dataclass(frozen=True)
class JudgingPage:
    claim: str
    rest: str
    row: JudgingRow
    names: tuple[str, str]
    months: Sequence[MonthRow]
    whole: MonthRow | None
    labels: Sequence[str]
    table: Sequence[TableRow]
    accuracy: str
    may_adopt: bool
    may_take_back: bool


def judging_page(judging: Judging, comparison: Comparison, left: int, *, present: str) -> JudgingPage:
    """Both methods on the same comments."""
    said = comparison_sentence(comparison)
    claim, _, rest = said.partition(". ") if ". " in said else (said.rstrip("."), "", "")
    whole = Month(date.min, comparison.earlier, comparison.later)
    is_shown = bool(comparison.comments) and not is_suppressed(comparison.comments)
    return JudgingPage(
        claim=f"{claim}.",
        rest=rest,
        row=judging_row(judging, left, present),
        names=(
            "Labels until then" if judging.adopted_at else "Labels that count",
            f"By {judging.method}",
        ),
        months=[_month_row(month, f"{month.first:%B %Y}") for month in comparison.months],
        whole=_month_row(whole, "All these days") if _may_add_up(comparison) else None,
        labels=list(COMPARED.values()),
        table=[_table_row(comparison, label) for label in COMPARED] if is_shown and not whole.is_hidden else [],
        accuracy=accuracy_words(judging.method),
        may_adopt=judging.done_at is not None and judging.adopted_at is None and not judging.adopted_to,
        may_take_back=judging.adopted_at is not None,
    )


def _may_add_up(comparison: Comparison) -> bool:
    """A sum beside one hidden month alone would give that month away."""
    hidden = sum(month.is_hidden for month in comparison.months)
    return hidden != 1 and len(comparison.months) > 1 and bool(comparison.comments)


def _month_row(month: Month, name: str) -> MonthRow:
    hidden = ShareCells("[c]", "fewer than 10", "")
    if month.is_hidden:
        return MonthRow(name, hidden, hidden, "–")
    before, after = month.earlier.value, month.later.value
    difference = "–" if before is None or after is None else points(after - before)
    return MonthRow(name, _cells(month.earlier), _cells(month.later), difference)


def _cells(share: Share) -> ShareCells:
    if share.value is None or share.interval is None:
        return ShareCells("–", "no label", "")
    interval = f"{percent(share.interval.low)} to {percent(share.interval.high)}"
    return ShareCells(percent(share.value), f"{share.base:,}", interval)


def _table_row(comparison: Comparison, label: str) -> TableRow:
    counts = [comparison.count(label, later) for later in COMPARED]
    return TableRow(COMPARED[label], [f"{n:,}" for n in counts], list(COMPARED).index(label), f"{sum(counts):,}")


def _days(first: date, last: date) -> str:
    return _day(first) if first == last else f"{_day(first)} to {_day(last)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _comments(n: int) -> str:
    return "1 comment" if n == 1 else f"{n:,} comments"
