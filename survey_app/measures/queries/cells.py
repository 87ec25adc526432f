"""The cells of the tallies: from the change feed, from the answers, and where the two differ."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from survey_app.contacts.models import Contact
from survey_app.extensions import db
from survey_app.invitations.models import Invitation
from survey_app.kernel.errors import InvalidInput
from survey_app.measures.answer_count import AnswerCount, Cell
from survey_app.measures.models import DayTally, MonthTally, SubjectDayTally, TallyDimension
from survey_app.measures.rules import USUAL, Rules
from survey_app.organisation.models import Site, Team
from survey_app.responses.models import Answer, ResponseChange, ResponseState, SurveyDraft, SurveyResponse
from survey_app.surveys.kinds import TALLIED
from survey_app.surveys.models import Option, QuestionVersion, SurveyItem
from survey_app.work.backlog import Backlog
from survey_app.work.models import Recount


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


Facts = SurveyResponse | SurveyDraft | Invitation | Contact  # what carries facts of a contact
UNITS: Mapping[str, type[Team | Site]] = {"team": Team, "site": Site}
TALLIES: Sequence[TallyDimension | None] = (None, *TallyDimension)  # the daily one, and the monthly ones
STREAMED = 10_000  # rows in memory at once
KEYS = ("survey_version_id", "question_version_id", "value", "service_id")


def changes_to_fold(most: int) -> list[int]:
    """Ids of lines of the change feed that wait to be folded. They are ours until the transaction ends."""
    waiting = select(ResponseChange.id).where(ResponseChange.delta != 0).order_by(ResponseChange.id).limit(most)
    return list(db.session.scalars(waiting.with_for_update(skip_locked=True)))


def lines_to_fold(_now: datetime) -> Backlog:
    """Lines of the change feed, and of what has to be counted again. Figures are right before they are folded too."""
    changes = select(ResponseChange.id).where(ResponseChange.delta != 0).subquery()
    first = select(func.min(changes.c.id + 0)).scalar_subquery()  # + 0: see contacts_to_draw
    changed_at = select(ResponseChange.changed_at).where(ResponseChange.id == first).scalar_subquery()
    counted = select(func.count()).select_from(changes).scalar_subquery()
    recounted = select(func.count(Recount.id)).scalar_subquery()
    waiting, oldest_at = db.session.execute(select(counted + recounted, changed_at)).one()
    return Backlog(waiting, oldest_at)


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
        .where(lines, SurveyResponse.is_test.is_(False), QuestionVersion.kind.in_(TALLIED))
    )
    return pooled(rows.subquery("moved"))


def cells_of_answers(month: date) -> dict[TallyDimension | None, dict[Cell, int]]:
    """The cells of a month counted from the answers, in one pass for all tallies. The place is the day or the key."""
    answer = case((Answer.option_id.is_(None), -Answer.question_version_id), else_=Answer.option_id)
    sheet = select(func.aggregate_strings(cast(answer, String), ",")).where(Answer.response_id == SurveyResponse.id)
    responses = (
        select(SurveyResponse.survey_version_id, SurveyResponse.service_id, sheet.scalar_subquery())
        .add_columns(SurveyResponse.counts_on, *(fact(SurveyResponse, dimension) for dimension in TallyDimension))
        .where(
            SurveyResponse.counts_on >= month, SurveyResponse.counts_on <= last_of_month(month), *counted_responses()
        )
    )
    count = AnswerCount(_options(), _shown_to_all())
    for version, service, answers, *places in db.session.connection().execute(
        responses, execution_options={"yield_per": STREAMED}
    ):
        count.add(version, service, answers, tuple(places))
    found: dict[TallyDimension | None, dict[Cell, int]] = {dimension: {} for dimension in TALLIES}
    for n, cell, number in count.cells():
        found[TALLIES[n]][cell] = number
    return found


def as_row(dimension: TallyDimension | None, month: date, cell: Cell) -> dict[str, Any]:
    """The columns of a tally that name a cell."""
    *facts, place = cell
    where = {"day": place} if dimension is None else {"month": month, "dimension": dimension, "key": place}
    return dict(zip(KEYS, facts, strict=True)) | where


def _options() -> dict[int, tuple[int, str]]:
    rows = db.session.execute(
        select(Option.id, Option.question_version_id, Option.code)
        .join(QuestionVersion, QuestionVersion.id == Option.question_version_id)
        .where(QuestionVersion.kind.in_(TALLIED))
    )
    return {option: (question, code) for option, question, code in rows}


def _shown_to_all() -> dict[int, list[int]]:
    rows = db.session.execute(
        select(SurveyItem.survey_version_id, SurveyItem.question_version_id)
        .join(QuestionVersion, QuestionVersion.id == SurveyItem.question_version_id)
        .where(QuestionVersion.kind.in_(TALLIED), SurveyItem.is_always_shown)
    )
    shown: defaultdict[int, list[int]] = defaultdict(list)
    for version, question in rows:
        shown[version].append(question)
    return shown


def cell_columns(dimension: TallyDimension | None) -> tuple[str, ...]:
    """The columns of a cell, in the order of the selects above; all but the last are its key."""
    return (*KEYS, "day", "count") if dimension is None else (*KEYS, "month", "dimension", "key", "count")


def cells_in_month(dimension: TallyDimension | None, month: date) -> ColumnElement[bool]:
    """The cells of a month that a recount replaces."""
    if dimension is None:
        return and_(DayTally.day >= month, DayTally.day <= last_of_month(month))
    return and_(MonthTally.month == month, MonthTally.dimension == dimension)


def months_to_recount() -> list[date]:
    """Every month that has an answer, an invitation, a contact or a cell."""
    days = (SurveyResponse.counts_on, Invitation.counts_on, Contact.occurred_on, DayTally.day, SubjectDayTally.day)
    return sorted({month for day in days for month in _months_of(day)})


def _months_of(days: InstrumentedAttribute[date]) -> Iterator[date]:
    """The months in which there is one of these days; an index leads from each to the next."""
    day = db.session.scalar(select(func.min(days)))
    while day is not None:
        month = day.replace(day=1)
        yield month
        day = db.session.scalar(select(func.min(days)).where(days > last_of_month(month)))


@dataclass(frozen=True)
class Difference:
    """A cell whose tally is not what the rows say."""

    cell: dict[str, Any]
    counted: int
    tally: int


def differences_of_answers(month: date) -> list[Difference]:
    """Where the tallies of a month, with what waits to be folded, differ from its answers. Wants one snapshot."""
    found = []
    waits = [ResponseChange.delta != 0]
    waits += [SurveyResponse.counts_on >= month, SurveyResponse.counts_on <= last_of_month(month)]
    for dimension, counted in cells_of_answers(month).items():
        tally: type[DayTally] | type[MonthTally] = DayTally if dimension is None else MonthTally
        key = [getattr(tally, name) for name in KEYS]
        place = DayTally.day if dimension is None else MonthTally.key
        folded = select(*key, place, tally.count).where(cells_in_month(dimension, month))
        waiting = cells_of_changes(and_(*waits), dimension).subquery("waiting").c
        *names, delta = waiting
        unfolded = select(*names[: len(KEYS)], names[-1], delta)
        held: Counter[Cell] = Counter()
        for *cell, n in [*db.session.execute(folded), *db.session.execute(unfolded)]:
            held[tuple(cell)] += int(n)
        found += [
            Difference(as_row(dimension, month, cell), counted.get(cell, 0), held[cell])
            for cell in sorted({*counted, *held})
            if counted.get(cell, 0) != held[cell]
        ]
    return found


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


def counted_responses(rules: Rules = USUAL) -> list[ColumnElement[bool]]:
    states = (ResponseState.COUNTED, ResponseState.QUARANTINED) if rules.quarantined else (ResponseState.COUNTED,)
    conditions: list[ColumnElement[bool]] = [SurveyResponse.state.in_(states), SurveyResponse.is_test.is_(False)]
    return conditions if rules.staff_entered else [*conditions, SurveyResponse.is_staff_entered.is_(False)]


def left_empty() -> ColumnElement[bool]:
    """Of a response and an item of its version: shown, and without an answer. Where not everybody is shown a question,
    an answer that says nothing stands for one that was left empty."""
    answers = exists().where(
        Answer.response_id == SurveyResponse.id, Answer.question_version_id == SurveyItem.question_version_id
    )
    says_nothing = (Answer.option_id.is_(None), Answer.number.is_(None), Answer.day.is_(None))
    return or_(
        and_(SurveyItem.is_always_shown, ~answers), and_(~SurveyItem.is_always_shown, answers.where(*says_nothing))
    )


def last_of_month(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def fact(facts: type[Facts], dimension: str) -> ColumnElement[Any]:
    """The code of a frozen fact, "" where it is unknown; of a service its id."""
    match dimension:
        case "service":
            return type_coerce(facts.service_id, Integer)
        case "team" | "site" if hasattr(facts, f"{dimension}_id"):
            unit = UNITS[dimension]
            code = select(unit.code).where(unit.id == getattr(facts, f"{dimension}_id"))
            return func.coalesce(code.scalar_subquery(), "")
        case "outcome" if facts is Invitation:
            theirs = select(Contact.outcome).where(Contact.id == Invitation.contact_id).correlate(Invitation)
            return func.coalesce(theirs.scalar_subquery(), "")
    if not hasattr(facts, dimension):
        raise InvalidInput(f"{dimension} is known of answers only: this measure cannot be broken down by it.")
    return func.coalesce(type_coerce(getattr(facts, dimension), String), "")


def pooled(rows: FromClause) -> Select[Any]:
    *keys, count = rows.c
    return select(*keys, func.sum(count)).group_by(*keys)
