"""The statements that count, one for all windows and groups of a page: made and compiled once, used again with other
values.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import CTE, ColumnElement, Date, Integer, Select, String, bindparam, func, literal, select, union_all

from survey_app.measures.definitions import COMPLETE, DRAFT, Source
from survey_app.measures.models import DayTally, MonthTally, SubjectDayTally, SubjectMonthTally, Tallied, TallyDimension
from survey_app.measures.queries.cells import counted_responses, fact, left_empty, pooled
from survey_app.measures.queries.cuts import Cut, drafts_of, of_customers, of_several_pages, versions_for, within
from survey_app.measures.queries.subjects import Rows, days_of, is_in, is_of, rows_of, touched
from survey_app.measures.rules import Rules
from survey_app.responses.models import Answer, ResponseChange, ResponseState, SurveyDraft, SurveyResponse
from survey_app.surveys.models import Option, SurveyItem

Counted = Tallied | Literal[Source.ANSWERS, Source.DRAFTS]  # what has tallies beside the answers, or has none
BY_DAY = frozenset({"channel"})  # what the daily tally of subjects has beside the service


@dataclass(frozen=True)
class Shape:
    """What decides how a statement reads. Its values are given each time: made and compiled, it is used again."""

    counted: Counted
    windows: int
    are_whole_months: bool
    groups: tuple[str, ...]
    codes: tuple[str, ...]  # the dimensions that a cut names
    has_services: bool
    rules: Rules

    @property
    def further(self) -> set[str]:
        """Dimensions that are neither days nor the service."""
        return {*self.groups, *self.codes} - {"service"}

    @property
    def cut(self) -> Cut:
        """A cut with places for its values."""
        return Cut(
            _place("services") if self.has_services else None,
            _place("customers"),
            {name: _place(f"codes_of_{name}") for name in self.codes},
            self.rules,
        )


def _place(name: str) -> Any:
    """Where a statement that is made once takes a list of values."""
    return bindparam(name, expanding=True)


@lru_cache(maxsize=512)
def statement_of(shape: Shape) -> tuple[str, Select[Any]]:
    if isinstance(shape.counted, Tallied):
        return _of_subject(shape.counted, shape)
    return _of_drafts(shape) if shape.counted is Source.DRAFTS else _of_answers(shape)


def _windows(shape: Shape) -> CTE:
    """A row each. A union, because SQLAlchemy would compile a statement with VALUES anew each time."""
    rows = [
        select(
            literal(n, Integer).label("n"),
            bindparam(f"first_{n}", type_=Date).label("first"),
            bindparam(f"last_{n}", type_=Date).label("last"),
        )
        for n in range(shape.windows)
    ]
    return union_all(*rows).cte("windows")


def _of_answers(shape: Shape) -> tuple[str, Select[Any]]:
    is_tallied, dimension = _tally_for(shape, shortest=TallyDimension.MODE)
    return ("tallies", _of_tallies(shape, dimension)) if is_tallied else ("answers", _of_rows(shape))


def _tally_for(
    shape: Shape, *, shortest: TallyDimension, by_day: Collection[str] = ()
) -> tuple[bool, TallyDimension | None]:
    """Whether a tally holds these counts, and which: the monthly one of a dimension, or the daily one (None).

    Without a dimension any monthly tally gives the sums of whole months, the shortest soonest. `by_day` are dimensions
    that the daily one has.
    """
    further = shape.further
    if shape.are_whole_months and len(further) <= 1 and further <= set(TallyDimension):
        return True, TallyDimension(further.pop()) if further else shortest
    return further <= set(by_day), None


Tally = type[DayTally] | type[MonthTally] | type[SubjectDayTally] | type[SubjectMonthTally]


def _of_cut(tally: Tally, dimension: TallyDimension | None, cut: Cut) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if issubclass(tally, MonthTally | SubjectMonthTally):
        conditions += [tally.dimension == dimension, *(tally.key.in_(codes) for codes in cut.codes.values())]
    if tally is SubjectDayTally:
        conditions += [SubjectDayTally.channel.in_(codes) for codes in cut.codes.values()]
    if cut.services is not None:
        conditions.append(tally.service_id.in_(cut.services))
    return conditions


def _of_tallies(shape: Shape, dimension: TallyDimension | None) -> Select[Any]:
    """Folded and unfolded in one statement: what a fold moves meanwhile is seen once, on one side or the other.

    Responses that the rules let in are added and those that they leave out taken away: few, and found by an index.
    """
    span, cut, groups, versions = _windows(shape), shape.cut, shape.groups, _place("versions")
    tally = DayTally if dimension is None else MonthTally
    when = DayTally.day if dimension is None else MonthTally.month
    places = [tally.service_id if name == "service" else MonthTally.key for name in groups]
    folded = (
        select(span.c.n, *places, tally.question_version_id, tally.value, tally.count)
        .join_from(span, tally, when.between(span.c.first, span.c.last))
        .where(
            tally.question_version_id.in_(versions),
            tally.survey_version_id.in_(versions_for(cut.customers)),
            *_of_cut(tally, dimension, cut),
        )
    )
    unfolded = (
        select(
            span.c.n,
            *(fact(SurveyResponse, name) for name in groups),
            ResponseChange.question_version_id,
            ResponseChange.value,
            ResponseChange.delta,
        )
        .join_from(ResponseChange, SurveyResponse, SurveyResponse.id == ResponseChange.response_id)
        .join(span, SurveyResponse.counts_on.between(span.c.first, span.c.last))
        .where(
            ResponseChange.delta != 0,
            ResponseChange.question_version_id.in_(versions),
            SurveyResponse.is_test.is_(False),
            *of_customers(cut),
        )
    )
    parts = [folded, unfolded]
    if shape.rules.quarantined:
        parts += _rows(shape, span, 1, _held(shape.rules))
    if not shape.rules.staff_entered:
        parts += _rows(shape, span, -1, [*counted_responses(), SurveyResponse.is_staff_entered.expression])
    return pooled(union_all(*parts).subquery("all"))


def _held(rules: Rules) -> list[ColumnElement[bool]]:
    """Held answers, less those of them that the rules leave out."""
    held = [SurveyResponse.state == ResponseState.QUARANTINED, SurveyResponse.is_test.is_(False)]
    return held if rules.staff_entered else [*held, SurveyResponse.is_staff_entered.is_(False)]


def _of_rows(shape: Shape) -> Select[Any]:
    """From the answers, for what the tallies do not hold."""
    rows = _rows(shape, _windows(shape), 1, counted_responses(shape.rules))
    return pooled(union_all(*rows).subquery("both"))


def _rows(shape: Shape, span: CTE, sign: int, which: Sequence[ColumnElement[bool]]) -> list[Select[Any]]:
    """The answers of some responses, and their questions left empty, each as `sign`."""
    cut, groups, versions = shape.cut, shape.groups, _place("versions")
    places = [fact(SurveyResponse, name) for name in groups]
    in_span = SurveyResponse.counts_on.between(span.c.first, span.c.last)
    answered = (
        select(span.c.n, *places, Answer.question_version_id, Option.code, literal(sign, Integer))
        .join_from(span, SurveyResponse, in_span)
        .join(Answer, Answer.response_id == SurveyResponse.id)
        .join(Option, Option.id == Answer.option_id)
        .where(Answer.question_version_id.in_(versions), *which, *of_customers(cut))
    )
    blank = (
        select(span.c.n, *places, SurveyItem.question_version_id, literal("", String), literal(sign, Integer))
        .join_from(span, SurveyResponse, in_span)
        .join(SurveyItem, SurveyItem.survey_version_id == SurveyResponse.survey_version_id)
        .where(SurveyItem.question_version_id.in_(versions), left_empty(), *which, *of_customers(cut))
    )
    return [answered, blank]


def _of_drafts(shape: Shape) -> tuple[str, Select[Any]]:
    """Complete answers and drafts that were not finished, of surveys of more than one page."""
    span, cut, groups = _windows(shape), shape.cut, shape.groups
    complete = (
        select(
            span.c.n,
            *(fact(SurveyResponse, name) for name in groups),
            literal(0, Integer),
            literal(COMPLETE, String),
            literal(1, Integer),
        )
        .join_from(span, SurveyResponse, SurveyResponse.counts_on.between(span.c.first, span.c.last))
        .where(of_several_pages(SurveyResponse, SurveyResponse.submitted_at), *counted_responses(), *of_customers(cut))
    )
    saved = (
        select(
            span.c.n,
            *(fact(SurveyDraft, name) for name in groups),
            literal(0, Integer),
            literal(DRAFT, String),
            literal(1, Integer),
        )
        .join_from(span, SurveyDraft, SurveyDraft.counts_on.between(span.c.first, span.c.last))
        .where(*drafts_of(cut))
    )
    return "answers", pooled(union_all(complete, saved).subquery("both"))


def _of_subject(tallied: Tallied, shape: Shape) -> tuple[str, Select[Any]]:
    """Tally and rows of the parts that it does not hold just now, in one statement: each part is seen once."""
    span, cut, groups = _windows(shape), shape.cut, shape.groups
    rows = rows_of(tallied)
    places = [fact(rows.facts, name) for name in groups]
    is_tallied, dimension = _tally_for(shape, shortest=TallyDimension.LANGUAGE, by_day=BY_DAY)
    counted = rows.chosen.where(rows.customer_kind.in_(cut.customers), *within(rows.facts, cut))
    if not is_tallied:
        in_span = counted.join(span, rows.day.between(span.c.first, span.c.last))
        one = in_span.add_columns(span.c.n, *places, literal(0, Integer), rows.value, literal(1, Integer))
        return "answers", pooled(one.subquery("rows"))
    days, months = touched(tallied, SubjectDayTally), touched(tallied, SubjectMonthTally)
    if dimension is None:
        held = [_tallied(SubjectDayTally, tallied, shape, span).where(~_is_among(days, SubjectDayTally))]
        again = days
    else:
        held = [
            _tallied(SubjectMonthTally, tallied, shape, span, dimension).where(~_is_among(months, SubjectMonthTally))
        ]
        again = days_of(months, SubjectMonthTally)
        if shape.further <= BY_DAY:  # of a month that was touched on one day, the daily tally holds the others
            others = _tallied(SubjectDayTally, tallied, shape, span)
            held.append(others.where(_is_among(again, SubjectDayTally), ~_is_among(days, SubjectDayTally)))
            again = days
    live = _counted_again(counted.where(is_in(again, rows)), rows, span, places)
    return "tallies", pooled(union_all(*held, live).subquery("both"))


def _tallied(
    tally: type[SubjectDayTally] | type[SubjectMonthTally],
    tallied: Tallied,
    shape: Shape,
    span: CTE,
    dimension: TallyDimension | None = None,
) -> Select[Any]:
    cut = shape.cut
    when = SubjectDayTally.day if tally is SubjectDayTally else SubjectMonthTally.month
    dimensions = SubjectDayTally.channel if tally is SubjectDayTally else SubjectMonthTally.key
    places = [tally.service_id if name == "service" else dimensions for name in shape.groups]
    return (
        select(span.c.n, *places, literal(0, Integer), tally.value, tally.count)
        .join_from(span, tally, when.between(span.c.first, span.c.last))
        .where(tally.subject == tallied, tally.customer_kind.in_(cut.customers), *_of_cut(tally, dimension, cut))
    )


def _is_among(parts: CTE, tally: type[SubjectDayTally] | type[SubjectMonthTally]) -> ColumnElement[bool]:
    when = SubjectDayTally.day if tally is SubjectDayTally else SubjectMonthTally.month
    return is_of(parts, when, tally.service_id)


def _counted_again(chosen: Select[Any], rows: Rows, span: CTE, places: Sequence[ColumnElement[Any]]) -> Select[Any]:
    """Counted by day before the windows are looked at, so that the chosen days alone lead to the rows."""
    single = chosen.add_columns(rows.day, *places, rows.value).subquery("single")
    by_day = select(*single.c, func.count().label("count")).group_by(*single.c).subquery("by_day")
    day, *groups, value, count = by_day.c
    return select(span.c.n, *groups, literal(0, Integer), value, count).join_from(
        span, by_day, day.between(span.c.first, span.c.last)
    )
