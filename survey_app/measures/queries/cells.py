"""The cells of the tallies: from the change feed, from the answers, and where the two differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    String,
    Text,
    and_,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from survey_app.contacts.models import Contact
from survey_app.extensions import db
from survey_app.invitations.models import Invitation
from survey_app.kernel.errors import InvalidInput
from survey_app.kernel.periods import Period
from survey_app.measures.models import DayTally, MonthTally, SubjectDayTally, TallyDimension
from survey_app.organisation.models import Site, Team
from survey_app.responses.models import Answer, ResponseChange, ResponseState, SurveyResponse
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.models import Option, QuestionVersion, SurveyItem


class FirstOfMonth(FunctionElement[date]):
    """The first day of a day's month."""

    type = Date()
    inherit_cache = True


class DaysAfter(FunctionElement[date]):
    """The day so many days after another."""

    type = Date()
    inherit_cache = True


@compiles(FirstOfMonth, "sqlite")
def _month_on_sqlite(element: FirstOfMonth, compiler: SQLCompiler, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)}, 'start of month')"


@compiles(FirstOfMonth, "postgresql")
def _month_on_postgresql(element: FirstOfMonth, compiler: SQLCompiler, **options: Any) -> str:
    return f"date_trunc('month', {compiler.process(element.clauses, **options)})::date"


@compiles(DaysAfter, "sqlite")
def _days_after_on_sqlite(element: DaysAfter, compiler: SQLCompiler, **options: Any) -> str:
    day, days = (compiler.process(part, **options) for part in element.clauses)
    return f"date({day}, {days} || ' days')"


@compiles(DaysAfter, "postgresql")
def _days_after_on_postgresql(element: DaysAfter, compiler: SQLCompiler, **options: Any) -> str:
    day, days = (compiler.process(part, **options) for part in element.clauses)
    return f"({day} + {days})"


Facts = SurveyResponse | Invitation | Contact  # what carries the facts of a contact
TALLIES: Sequence[TallyDimension | None] = (None, *TallyDimension)  # the daily one, and the monthly ones
KEYS = ("survey_version_id", "question_version_id", "value", "service_id")


def changes_to_fold(most: int) -> list[int]:
    """Ids of lines of the change feed that wait to be folded. They are ours until the transaction ends."""
    waiting = select(ResponseChange.id).where(ResponseChange.delta != 0).order_by(ResponseChange.id).limit(most)
    return list(db.session.scalars(waiting.with_for_update(skip_locked=True)))


def cells_of_changes(lines: ColumnElement[bool], dimension: TallyDimension | None) -> Select[Any]:
    """What these lines of the feed add to the cells: KEYS, the day (or month, dimension and key), count."""
    rows = (
        select(
            SurveyResponse.survey_version_id,
            ResponseChange.question_version_id,
            ResponseChange.value,
            SurveyResponse.service_id,
            *_place(dimension),
            ResponseChange.delta,
        )
        .join(SurveyResponse, SurveyResponse.id == ResponseChange.response_id)
        .join(QuestionVersion, QuestionVersion.id == ResponseChange.question_version_id)
        .where(lines, SurveyResponse.is_test.is_(False), QuestionVersion.kind != QuestionKind.TEXT)
    )
    return pooled(rows.subquery("moved"))


def cells_of_answers(dimension: TallyDimension | None, month: date | None = None) -> Select[Any]:
    """The same cells counted from the answers, of all days or of one month.

    A question that is not shown to everybody leaves no trace in the answers when it is left empty: those cells are
    known from the feed only, and are neither recounted here nor compared.
    """
    place = _place(dimension)
    of_month = (
        [] if month is None else [SurveyResponse.counts_on >= month, SurveyResponse.counts_on < next_month(month)]
    )
    answered = (
        select(
            SurveyResponse.survey_version_id, Answer.question_version_id, Option.code, SurveyResponse.service_id, *place
        )
        .join(Answer, Answer.response_id == SurveyResponse.id)
        .join(Option, Option.id == Answer.option_id)
        .where(*counted_responses(), *of_month)
    )
    blank = (
        select(
            SurveyResponse.survey_version_id,
            SurveyItem.question_version_id,
            literal("", String),
            SurveyResponse.service_id,
            *place,
        )
        .join(SurveyItem, SurveyItem.survey_version_id == SurveyResponse.survey_version_id)
        .join(QuestionVersion, QuestionVersion.id == SurveyItem.question_version_id)
        .where(*counted_responses(), *of_month, QuestionVersion.kind != QuestionKind.TEXT, left_empty())
    )
    both = union_all(answered, blank).subquery("counted")
    return select(*both.c, func.count().label("count")).group_by(*both.c)


def cell_columns(dimension: TallyDimension | None) -> tuple[str, ...]:
    """The columns of a cell, in the order of the selects above; all but the last are its key."""
    return (*KEYS, "day", "count") if dimension is None else (*KEYS, "month", "dimension", "key", "count")


def cells_in_month(dimension: TallyDimension | None, month: date) -> ColumnElement[bool]:
    """The cells of a month that a recount replaces."""
    if dimension is None:
        return and_(DayTally.day >= month, DayTally.day < next_month(month), _recountable(DayTally))
    return and_(MonthTally.month == month, MonthTally.dimension == dimension, _recountable(MonthTally))


def months_to_recount() -> list[date]:
    """Every month from the first to the last that has an answer, an invitation, a contact or a cell."""
    days = (SurveyResponse.counts_on, Invitation.counts_on, Contact.occurred_on, DayTally.day, SubjectDayTally.day)
    ends = [end for day in days for of in (func.min, func.max) if (end := db.session.scalar(select(of(day))))]
    if not ends:
        return []
    return [month.first for month in Period.between(min(ends).replace(day=1), max(ends)).split("month")]


@dataclass(frozen=True)
class Difference:
    """A cell whose tally is not what the rows say."""

    cell: dict[str, Any]
    counted: int
    tally: int


def differences_of_answers(dimension: TallyDimension | None) -> list[Difference]:
    """Where the tallies, with what waits to be folded, differ from a recount of the answers. Wants one snapshot."""
    tally = DayTally if dimension is None else MonthTally
    of_dimension = [] if dimension is None else [MonthTally.dimension == dimension]
    *key, _count = cell_columns(dimension)
    recount = cells_of_answers(dimension).subquery("recount")
    theirs = select(
        *(c.label(name) for c, name in zip(recount.c, key, strict=False)),
        recount.c.count.label("counted"),
        literal(0, Integer).label("tally"),
    )
    ours = select(
        *(getattr(tally, name) for name in key), literal(0, Integer).label("counted"), tally.count.label("tally")
    ).where(*of_dimension, _recountable(tally))
    waits = and_(ResponseChange.delta != 0, _recountable(ResponseChange))
    *place, delta = cells_of_changes(waits, dimension).subquery("waiting").c
    both = union_all(theirs, ours, select(*place, literal(0, Integer), delta)).subquery("both")
    return differing(both, key)


def differing(both: FromClause, key: Sequence[str]) -> list[Difference]:
    """The cells of which what was `counted` and what the `tally` holds do not add up to the same."""
    cells = [both.c[name] for name in key]
    counted, tallied = func.sum(both.c.counted), func.sum(both.c.tally)
    rows = db.session.execute(
        select(*cells, counted, tallied).group_by(*cells).having(counted != tallied).order_by(*cells)
    )
    return [Difference(dict(zip(key, row[:-2], strict=True)), int(row[-2]), int(row[-1])) for row in rows]


def one_snapshot() -> None:
    """Let all statements of the writing transaction that begins now see the same answers, whoever writes meanwhile.

    SQLite does so by itself; PostgreSQL has to be told before the first statement. Those that only read always do.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _place(dimension: TallyDimension | None) -> list[ColumnElement[Any]]:
    if dimension is None:
        return [type_coerce(SurveyResponse.counts_on, Date)]
    return [FirstOfMonth(SurveyResponse.counts_on), literal(dimension.value, String), fact(SurveyResponse, dimension)]


def counted_responses() -> list[ColumnElement[bool]]:
    return [SurveyResponse.state == ResponseState.COUNTED, SurveyResponse.is_test.is_(False)]


def is_shown_to_all() -> ColumnElement[bool]:
    return or_(SurveyItem.show_if.is_(None), cast(SurveyItem.show_if, Text) == "null")


def left_empty() -> ColumnElement[bool]:
    """Of a response and an item of its version: shown, and without an answer."""
    has_answer = exists().where(
        Answer.response_id == SurveyResponse.id, Answer.question_version_id == SurveyItem.question_version_id
    )
    return and_(is_shown_to_all(), ~has_answer)


def _recountable(tally: type[DayTally] | type[MonthTally] | type[ResponseChange]) -> ColumnElement[bool]:
    version = SurveyResponse.survey_version_id if issubclass(tally, ResponseChange) else tally.survey_version_id
    not_for_all = exists().where(
        SurveyItem.survey_version_id == version,
        SurveyItem.question_version_id == tally.question_version_id,
        ~is_shown_to_all(),
    )
    return or_(tally.value != "", ~not_for_all)


def next_month(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def fact(facts: type[Facts], dimension: str) -> ColumnElement[Any]:
    """The code of a frozen fact, "" where it is unknown; of a service its id."""
    match dimension:
        case "service":
            return type_coerce(facts.service_id, Integer)
        case "team":
            return func.coalesce(select(Team.code).where(Team.id == facts.team_id).scalar_subquery(), "")
        case "site":
            return func.coalesce(select(Site.code).where(Site.id == facts.site_id).scalar_subquery(), "")
    if not hasattr(facts, dimension):
        raise InvalidInput(f"{dimension} is known of answers only: this measure cannot be broken down by it.")
    return func.coalesce(type_coerce(getattr(facts, dimension), String), "")


def pooled(rows: FromClause) -> Select[Any]:
    *keys, count = rows.c
    return select(*keys, func.sum(count)).group_by(*keys)
