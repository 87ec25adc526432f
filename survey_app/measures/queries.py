"""Reads counts by value, from the tallies and the change feed in one statement or from the answers themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    String,
    Text,
    and_,
    case,
    cast,
    column,
    exists,
    func,
    literal,
    or_,
    select,
    type_coerce,
    union_all,
    values,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from survey_app.comments.models import Comment
from survey_app.contacts.models import AskingRules, Contact
from survey_app.extensions import db
from survey_app.invitations.models import Invitation, InvitationState
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.kernel.periods import ONE_DAY, Period
from survey_app.measures.address import DIMENSIONS, FigureQuery, make_query, split_by
from survey_app.measures.counting import count
from survey_app.measures.definitions import Choice, Measure, Source
from survey_app.measures.figures import Cell, Figure, make_figures
from survey_app.measures.models import DayTally, MonthTally, TallyDimension, Target
from survey_app.measures.passport import Passport, PassportRow, make_document, row_digest
from survey_app.measures.provisional import is_provisional
from survey_app.measures.targets import TargetLine, target_on
from survey_app.measures.tree import ServiceNode, ServiceTree
from survey_app.organisation.channels import CustomerKind
from survey_app.organisation.models import Service, Site, Team
from survey_app.organisation.scope import EVERYTHING, Scope
from survey_app.responses.models import Answer, ResponseChange, ResponseState, SurveyResponse
from survey_app.surveys.kinds import QuestionKind
from survey_app.surveys.models import Option, Question, QuestionVersion, Survey, SurveyItem, SurveyVersion

MOST_PERIODS = 600
CHANGE_DAYS = 14  # where no rules of asking are set


class FirstOfMonth(FunctionElement[date]):
    """The first day of a day's month."""

    type = Date()
    inherit_cache = True


@compiles(FirstOfMonth, "sqlite")
def _on_sqlite(element: FirstOfMonth, compiler: SQLCompiler, **options: Any) -> str:
    return f"date({compiler.process(element.clauses, **options)}, 'start of month')"


@compiles(FirstOfMonth, "postgresql")
def _on_postgresql(element: FirstOfMonth, compiler: SQLCompiler, **options: Any) -> str:
    return f"date_trunc('month', {compiler.process(element.clauses, **options)})::date"


# ---- The cells of the tallies: from the feed, from the answers, and where the two differ ----

KEYS = ("survey_version_id", "question_version_id", "value", "service_id")


def changes_to_fold(most: int) -> list[int]:
    """Ids of lines of the change feed that wait to be folded. They are ours until the transaction ends."""
    waiting = select(ResponseChange.id).where(ResponseChange.delta != 0).order_by(ResponseChange.id).limit(most)
    return list(db.session.scalars(waiting.with_for_update(skip_locked=True)))


def cells_of_changes(ids: Sequence[int], dimension: TallyDimension | None) -> Select[Any]:
    """What these lines add to the cells: KEYS, the day (or month, dimension and key), count."""
    return (
        select(
            SurveyResponse.survey_version_id,
            ResponseChange.question_version_id,
            ResponseChange.value,
            SurveyResponse.service_id,
            *_place(dimension),
            func.sum(ResponseChange.delta).label("count"),
        )
        .join(SurveyResponse, SurveyResponse.id == ResponseChange.response_id)
        .join(QuestionVersion, QuestionVersion.id == ResponseChange.question_version_id)
        .where(ResponseChange.id.in_(ids), SurveyResponse.is_test.is_(False), QuestionVersion.kind != QuestionKind.TEXT)
        .group_by(
            SurveyResponse.survey_version_id,
            ResponseChange.question_version_id,
            ResponseChange.value,
            SurveyResponse.service_id,
            *_place(dimension),
        )
    )


def cells_of_answers(dimension: TallyDimension | None, month: date | None = None) -> Select[Any]:
    """The same cells counted from the answers, of all days or of one month.

    A question that is not shown to everybody leaves no trace in the answers when it is left empty: those cells are
    known from the feed only, and are neither recounted here nor compared.
    """
    place = _place(dimension)
    of_month = [] if month is None else [SurveyResponse.counts_on >= month, SurveyResponse.counts_on < _next(month)]
    answered = (
        select(
            SurveyResponse.survey_version_id, Answer.question_version_id, Option.code, SurveyResponse.service_id, *place
        )
        .join(Answer, Answer.response_id == SurveyResponse.id)
        .join(Option, Option.id == Answer.option_id)
        .where(*_counted(), *of_month)
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
        .where(*_counted(), *of_month, QuestionVersion.kind != QuestionKind.TEXT, _left_empty())
    )
    both = union_all(answered, blank).subquery("counted")
    return select(*both.c, func.count().label("count")).group_by(*both.c)


def cell_columns(dimension: TallyDimension | None) -> tuple[str, ...]:
    """The columns of a cell, in the order of the selects above; all but the last are its key."""
    return (*KEYS, "day", "count") if dimension is None else (*KEYS, "month", "dimension", "key", "count")


def cells_in_month(dimension: TallyDimension | None, month: date) -> ColumnElement[bool]:
    """The cells of a month that a recount replaces."""
    if dimension is None:
        return and_(DayTally.day >= month, DayTally.day < _next(month), _recountable(DayTally))
    return and_(MonthTally.month == month, MonthTally.dimension == dimension, _recountable(MonthTally))


def months_to_recount() -> list[date]:
    """Every month that has answers or cells."""
    answers = select(FirstOfMonth(SurveyResponse.counts_on).label("month"))
    cells = select(FirstOfMonth(DayTally.day).label("month"))
    return sorted(db.session.scalars(answers.union(cells)))


@dataclass(frozen=True)
class Difference:
    """A cell whose tally is not what the answers say."""

    cell: dict[str, Any]
    answers: int
    tally: int


def differences(dimension: TallyDimension | None) -> list[Difference]:
    """Where the tallies, with nothing left to fold, differ from a recount of the answers."""
    tally = DayTally if dimension is None else MonthTally
    of_dimension = [] if dimension is None else [MonthTally.dimension == dimension]
    *key, _count = cell_columns(dimension)
    recount = cells_of_answers(dimension).subquery("recount")
    theirs = select(
        *(c.label(name) for c, name in zip(recount.c, key, strict=False)),
        recount.c.count.label("answers"),
        literal(0, Integer).label("tally"),
    )
    ours = select(
        *(getattr(tally, name) for name in key), literal(0, Integer).label("answers"), tally.count.label("tally")
    ).where(*of_dimension, _recountable(tally))
    both = union_all(theirs, ours).subquery("both")
    cells = [both.c[name] for name in key]
    answers, tallied = func.sum(both.c.answers), func.sum(both.c.tally)
    rows = db.session.execute(
        select(*cells, answers, tallied).group_by(*cells).having(answers != tallied).order_by(*cells)
    )
    return [Difference(dict(zip(key, row[:-2], strict=True)), int(row[-2]), int(row[-1])) for row in rows]


def _place(dimension: TallyDimension | None) -> list[ColumnElement[Any]]:
    if dimension is None:
        return [type_coerce(SurveyResponse.counts_on, Date)]
    return [FirstOfMonth(SurveyResponse.counts_on), literal(dimension.value, String), fact(SurveyResponse, dimension)]


def _counted() -> list[ColumnElement[bool]]:
    return [SurveyResponse.state == ResponseState.COUNTED, SurveyResponse.is_test.is_(False)]


def _is_shown_to_all() -> ColumnElement[bool]:
    return or_(SurveyItem.show_if.is_(None), cast(SurveyItem.show_if, Text) == "null")


def _left_empty() -> ColumnElement[bool]:
    """Of a response and an item of its version: shown, and without an answer."""
    has_answer = exists().where(
        Answer.response_id == SurveyResponse.id, Answer.question_version_id == SurveyItem.question_version_id
    )
    return and_(_is_shown_to_all(), ~has_answer)


def _recountable(tally: type[DayTally] | type[MonthTally]) -> ColumnElement[bool]:
    not_for_all = exists().where(
        SurveyItem.survey_version_id == tally.survey_version_id,
        SurveyItem.question_version_id == tally.question_version_id,
        ~_is_shown_to_all(),
    )
    return or_(tally.value != "", ~not_for_all)


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


# ---- Counts by value, for figures ----


@dataclass(frozen=True)
class Cut:
    """Which part is counted: the services (None: all), the customers, and codes allowed by dimension."""

    services: frozenset[int] | None
    customers: tuple[CustomerKind, ...]
    codes: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Counts:
    """Counts of choices by window (its place in the list) and group (its codes in the order asked for)."""

    cells: Mapping[tuple[int, tuple[str, ...]], Mapping[Choice, int]]
    counted_from: str  # tallies or answers


def counts_by_choice(
    measure: Measure,
    windows: Sequence[Period],
    *,
    cut: Cut,
    groups: Sequence[str],
    services: ServiceTree,
    now: datetime,
) -> Counts:
    """Count a measure in two statements, however many windows and groups there are.

    Days and services come from the daily tally, one further dimension in whole months from the monthly one, each with
    the lines of the change feed that are not folded yet. Anything else is counted from the answers.
    """
    span = _windows(windows)
    choices: dict[tuple[int, str], Choice] = {}
    counted_from = "answers"
    match measure.source:
        case Source.ANSWERS:
            choices = _choices(measure)
            counted_from, statement = _of_answers(windows, span, cut, groups, {version for version, _ in choices})
        case Source.COMMENTS:
            statement = _of_comments(span, cut, groups)
        case Source.INVITATIONS:
            statement = _of_invitations(span, cut, groups, now)
        case Source.CONTACTS:
            statement = _of_contacts(span, cut, groups)
        case Source.DRAFTS:
            return Counts({}, counted_from)
    cells: defaultdict[tuple[int, tuple[str, ...]], defaultdict[Choice, int]] = defaultdict(lambda: defaultdict(int))
    for n, *codes, version, value, answers in db.session.execute(statement):
        group = tuple(
            services.code(code) if name == "service" else str(code) for name, code in zip(groups, codes, strict=True)
        )
        choice = choices.get((version, value)) or measure.choice(value)
        cells[n, group][choice] += int(answers)
    return Counts(cells, counted_from)


def fact(facts: type[SurveyResponse] | type[Invitation] | type[Contact], dimension: str) -> ColumnElement[Any]:
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


def _choices(measure: Measure) -> dict[tuple[int, str], Choice]:
    """The options of all versions of the questions that feed a measure, by version and code."""
    rows = db.session.execute(
        select(QuestionVersion.id, Option.code, Option.score, Option.is_substantive)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Option, Option.question_version_id == QuestionVersion.id)
        .where(Question.asks == measure.asks)
    )
    return {(version, code): Choice(code, score, substantive) for version, code, score, substantive in rows}


def _windows(windows: Sequence[Period]) -> CTE:
    rows = [(n, window.first, window.last) for n, window in enumerate(windows)]
    columns = (column("n", Integer), column("first", Date), column("last", Date))
    return values(*columns, name="windows").data(rows).cte()


def _of_answers(
    windows: Sequence[Period], span: CTE, cut: Cut, groups: Sequence[str], versions: set[int]
) -> tuple[str, Select[Any]]:
    further = {*groups, *cut.codes} - {"service"}
    whole_months = all(window.first.day == 1 and (window.last + ONE_DAY).day == 1 for window in windows)
    if not further:
        return "tallies", _of_tallies(span, cut, groups, versions, None)
    if len(further) == 1 and whole_months:
        return "tallies", _of_tallies(span, cut, groups, versions, TallyDimension(further.pop()))
    return "answers", _of_rows(span, cut, groups, versions)


def _of_tallies(
    span: CTE, cut: Cut, groups: Sequence[str], versions: set[int], dimension: TallyDimension | None
) -> Select[Any]:
    """Folded and unfolded in one statement: what a fold moves meanwhile is seen once, on one side or the other."""
    tally = DayTally if dimension is None else MonthTally
    when = DayTally.day if dimension is None else MonthTally.month
    places = [tally.service_id if name == "service" else MonthTally.key for name in groups]
    of_dimension = []
    if dimension is not None:
        of_dimension.append(MonthTally.dimension == dimension)
        if dimension in cut.codes:
            of_dimension.append(MonthTally.key.in_(cut.codes[dimension]))
    if cut.services is not None:
        of_dimension.append(tally.service_id.in_(cut.services))
    folded = (
        select(span.c.n, *places, tally.question_version_id, tally.value, tally.count)
        .join_from(span, tally, when.between(span.c.first, span.c.last))
        .where(
            tally.question_version_id.in_(versions),
            tally.survey_version_id.in_(_versions_for(cut.customers)),
            *of_dimension,
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
            *_of(cut),
        )
    )
    return _pooled(union_all(folded, unfolded).subquery("both"))


def _of_rows(span: CTE, cut: Cut, groups: Sequence[str], versions: set[int]) -> Select[Any]:
    """From the answers, for what the tallies do not hold."""
    places = [fact(SurveyResponse, name) for name in groups]
    in_span = SurveyResponse.counts_on.between(span.c.first, span.c.last)
    answered = (
        select(span.c.n, *places, Answer.question_version_id, Option.code, literal(1, Integer))
        .join_from(span, SurveyResponse, in_span)
        .join(Answer, Answer.response_id == SurveyResponse.id)
        .join(Option, Option.id == Answer.option_id)
        .where(Answer.question_version_id.in_(versions), *_counted(), *_of(cut))
    )
    blank = (
        select(span.c.n, *places, SurveyItem.question_version_id, literal("", String), literal(1, Integer))
        .join_from(span, SurveyResponse, in_span)
        .join(SurveyItem, SurveyItem.survey_version_id == SurveyResponse.survey_version_id)
        .where(SurveyItem.question_version_id.in_(versions), _left_empty(), *_counted(), *_of(cut))
    )
    return _pooled(union_all(answered, blank).subquery("both"))


def _of_comments(span: CTE, cut: Cut, groups: Sequence[str]) -> Select[Any]:
    rows = (
        select(
            span.c.n,
            *(fact(SurveyResponse, name) for name in groups),
            literal(0, Integer),
            sentiment_label(),
            literal(1, Integer),
        )
        .join_from(span, SurveyResponse, SurveyResponse.counts_on.between(span.c.first, span.c.last))
        .join(Comment, Comment.response_id == SurveyResponse.id)
        .where(*_counted(), *_of(cut))
    )
    return _pooled(rows.subquery("labels"))


def _of_invitations(span: CTE, cut: Cut, groups: Sequence[str], now: datetime) -> Select[Any]:
    rows = (
        select(
            span.c.n,
            *(fact(Invitation, name) for name in groups),
            literal(0, Integer),
            invitation_outcome(now),
            literal(1, Integer),
        )
        .join_from(span, Invitation, Invitation.counts_on.between(span.c.first, span.c.last))
        .where(*_valid_invitations(cut))
    )
    return _pooled(rows.subquery("outcomes"))


def _of_contacts(span: CTE, cut: Cut, groups: Sequence[str]) -> Select[Any]:
    rows = (
        select(
            span.c.n,
            *(fact(Contact, name) for name in groups),
            literal(0, Integer),
            literal("contact", String),
            literal(1, Integer),
        )
        .join_from(span, Contact, Contact.occurred_on.between(span.c.first, span.c.last))
        .where(Contact.customer_kind.in_(cut.customers), *_within(Contact, cut))
    )
    return _pooled(rows.subquery("contacts"))


def sentiment_label() -> ColumnElement[str]:
    """A person's label, else the machine's; a comment that waits for review has none yet."""
    return case(
        (Comment.person_label.is_not(None), Comment.person_label),
        (Comment.needs_review, "waiting_for_review"),
        else_=func.coalesce(Comment.sentiment, "not_analysed"),
    )


def invitation_outcome(now: datetime) -> ColumnElement[str]:
    """What became of an invitation, for the response rate (MEASURES.md 1.9). An answer that counts beats the rest."""
    of_it = and_(SurveyResponse.invitation_id == Invitation.id, SurveyResponse.is_test.is_(False))
    state = Invitation.state
    return case(
        (exists().where(of_it, SurveyResponse.state == ResponseState.COUNTED), "answered"),
        (state == InvitationState.UNDELIVERABLE, "undelivered"),
        (
            or_(state.in_((InvitationState.FAILED, InvitationState.TOO_OLD)), Invitation.sent_at.is_(None)),
            "not_sent",
        ),
        (exists().where(of_it, SurveyResponse.state == ResponseState.QUARANTINED), "quarantined"),
        (state == InvitationState.OPTED_OUT, "opted_out"),
        (Invitation.closes_at < now, "expired"),
        else_="open",
    )


def _pooled(rows: FromClause) -> Select[Any]:
    *keys, count = rows.c
    return select(*keys, func.sum(count)).group_by(*keys)


def _of(cut: Cut) -> list[ColumnElement[bool]]:
    return [SurveyResponse.survey_version_id.in_(_versions_for(cut.customers)), *_within(SurveyResponse, cut)]


def _valid_invitations(cut: Cut) -> list[ColumnElement[bool]]:
    return [
        Invitation.state != InvitationState.VOID,
        Invitation.survey_version_id.in_(_versions_for(cut.customers)),
        *_within(Invitation, cut),
    ]


def _within(facts: type[SurveyResponse] | type[Invitation] | type[Contact], cut: Cut) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [fact(facts, name).in_(codes) for name, codes in cut.codes.items()]
    if cut.services is not None:
        conditions.append(facts.service_id.in_(cut.services))
    return conditions


def _versions_for(customers: Sequence[CustomerKind]) -> Select[int]:
    return (
        select(SurveyVersion.id)
        .join(Survey, Survey.id == SurveyVersion.survey_id)
        .where(Survey.customer_kind.in_(customers))
    )


# ---- Figures ----


def figures(
    measure: str,
    first: date,
    last: date,
    *,
    by: Sequence[str] = (),
    where: Mapping[str, str | Iterable[str]] | None = None,
    scope: Scope = EVERYTHING,
    now: datetime,
) -> list[Figure]:
    """The figures of a measure for London days, both included, in the order of periods and then of group codes.

    `by` names at most one of month, quarter and year, and any dimensions; a group without answers is left out, a
    period without answers is not. InvalidInput and NotFound say what is wrong with the question. The number of
    statements is the same for any number of periods and groups.
    """
    query = make_query(measure, first, last, where)
    unit, groups = split_by(by)
    whole = Period.between(first, last)
    periods = whole.split(unit) if unit else [whole]
    if len(periods) > MOST_PERIODS:
        raise InvalidInput(f"That is {len(periods)} periods; ask for at most {MOST_PERIODS}.")
    services = service_tree()
    counts = counts_by_choice(
        query.definition,
        [*periods, *(period.previous for period in periods)],
        cut=_cut(query, services, scope),
        groups=groups,
        services=services,
        now=now,
    )
    lines = target_lines(measure)
    unsettled, change_days = unsettled_days(now)
    cells = [
        Cell(
            query=(own := _query_of(query, period, dict(zip(groups, group, strict=True)), services)),
            period=period,
            group=group,
            now=count(query.definition, counts.cells.get((n, group), {})),
            before=count(query.definition, counts.cells.get((n + len(periods), group), {})),
            target=target_on(period.last, lines, _place_in_tree(own, services)),
            provisional=is_provisional(
                period.first, period.last, unsettled=unsettled, today=london_day(now), change_days=change_days
            ),
        )
        for n, period in enumerate(periods)
        for group in _groups(counts, len(periods), groups)
    ]
    return make_figures(query.definition, cells, counts.counted_from)


def open_passport(query: FigureQuery, *, scope: Scope = EVERYTHING, now: datetime) -> Passport:
    """A figure with the rows behind it, and a digest for each. Reads every answer: never for a page of many."""
    services = service_tree()
    cut = _cut(query, services, scope)
    (figure,) = figures(query.measure, query.first, query.last, where=query.filters, scope=scope, now=now)
    rows, answers = [], Counter[Choice]()
    for row, choice in _passport_rows(query, cut, now, services):
        rows.append(row)
        answers[choice] += 1
    counted = count(query.definition, answers)
    where = {name: list(codes) for name, codes in query.where}
    if not scope.is_everything:
        where["scope"] = [services.code(service) for service in cut.services or ()]
    return Passport(figure, rows, make_document(figure, counted, rows, where, now))


def _groups(counts: Counts, periods: int, by: Sequence[str]) -> list[tuple[str, ...]]:
    """Groups with an answer, or a question left empty, in one of the periods (not only in those a year before)."""
    if not by:
        return [()]
    return sorted({group for (n, group), choices in counts.cells.items() if n < periods and any(choices.values())})


def _query_of(query: FigureQuery, period: Period, group: Mapping[str, str], services: ServiceTree) -> FigureQuery:
    """What counts this one figure again. A service in a breakdown stands for itself, without those under it."""
    where = {
        "service_alone" if name == "service" and services.has_parts(code) else name: code
        for name, code in group.items()
    }
    filters = query.filters | {name: (code,) for name, code in where.items()}
    if "service_alone" in where:
        filters.pop("service", None)
    return make_query(query.measure, period.first, period.last, filters)


def _place_in_tree(query: FigureQuery, services: ServiceTree) -> list[int]:
    codes = query.filters.get("service_alone") or query.filters.get("service") or ()
    return services.upwards(codes[0]) if len(codes) == 1 else []


def _cut(query: FigureQuery, services: ServiceTree, scope: Scope) -> Cut:
    filters = query.filters
    for code in (*filters.get("service", ()), *filters.get("service_alone", ())):
        if scope.narrowed_to(services.subtree([code])).service_ids == frozenset():
            raise NotFound(f"There is no service {code}.")
    if "service" in filters:
        scope = scope.narrowed_to(services.subtree(filters["service"]))
    if "service_alone" in filters:
        scope = scope.narrowed_to(services.ids(filters["service_alone"]))
    customers = filters.get("customer_kind", (CustomerKind.RESIDENT, CustomerKind.BUSINESS))
    return Cut(
        scope.service_ids,
        tuple(CustomerKind(kind) for kind in customers),
        {name: codes for name, codes in filters.items() if name in DIMENSIONS and name != "service"},
    )


def _passport_rows(
    query: FigureQuery, cut: Cut, now: datetime, services: ServiceTree
) -> Iterator[tuple[PassportRow, Choice]]:
    measure = query.definition
    choices = _choices(measure) if measure.source is Source.ANSWERS else {}
    match measure.source:
        case Source.ANSWERS:
            statement = _rows_of_answers(query, cut, {version for version, _ in choices})
        case Source.COMMENTS:
            statement = _rows_of_comments(query, cut)
        case Source.INVITATIONS:
            statement = _rows_of_invitations(query, cut, now)
        case _:
            return  # contacts and drafts are counted, and no row of theirs is proved
    for fields in db.session.execute(statement):
        reference, salt, day, service, channel, survey, label, question, version, value = fields
        choice = choices.get((version, value)) or measure.choice(value)
        row = PassportRow(
            reference=reference,
            day=day,
            service=services.code(service),
            channel=channel,
            question=question,
            value=value,
            is_in_base=choice.is_substantive,
            version=f"{survey}@{label}",
            digest=row_digest(salt, reference, question, value),
        )
        yield row, choice


def _row_facts(facts: type[SurveyResponse] | type[Invitation]) -> list[ColumnElement[Any]]:
    return [
        type_coerce(facts.reference, String),
        type_coerce(facts.salt, String),
        type_coerce(facts.counts_on, Date),
        fact(facts, "service"),
        fact(facts, "channel"),
        type_coerce(Survey.code, String),
        type_coerce(SurveyVersion.label, String),
    ]


def _rows_of_answers(query: FigureQuery, cut: Cut, versions: set[int]) -> Select[Any]:
    of_figure = [SurveyResponse.counts_on.between(query.first, query.last), *_counted(), *_of(cut)]
    answered = (
        select(*_row_facts(SurveyResponse), Question.code, QuestionVersion.id, Option.code)
        .join(SurveyVersion, SurveyVersion.id == SurveyResponse.survey_version_id)
        .join(Survey, Survey.id == SurveyVersion.survey_id)
        .join(Answer, Answer.response_id == SurveyResponse.id)
        .join(Option, Option.id == Answer.option_id)
        .join(QuestionVersion, QuestionVersion.id == Answer.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(versions), *of_figure)
    )
    blank = (
        select(*_row_facts(SurveyResponse), Question.code, QuestionVersion.id, literal("", String))
        .join(SurveyVersion, SurveyVersion.id == SurveyResponse.survey_version_id)
        .join(Survey, Survey.id == SurveyVersion.survey_id)
        .join(SurveyItem, SurveyItem.survey_version_id == SurveyResponse.survey_version_id)
        .join(QuestionVersion, QuestionVersion.id == SurveyItem.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(versions), _left_empty(), *of_figure)
    )
    both = union_all(answered, blank).subquery("considered")
    return select(both).order_by(*both.c)


def _rows_of_comments(query: FigureQuery, cut: Cut) -> Select[Any]:
    return (
        select(*_row_facts(SurveyResponse), Question.code, literal(0, Integer), sentiment_label())
        .join(SurveyVersion, SurveyVersion.id == SurveyResponse.survey_version_id)
        .join(Survey, Survey.id == SurveyVersion.survey_id)
        .join(Comment, Comment.response_id == SurveyResponse.id)
        .join(QuestionVersion, QuestionVersion.id == Comment.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(SurveyResponse.counts_on.between(query.first, query.last), *_counted(), *_of(cut))
        .order_by(SurveyResponse.reference, Question.code)
    )


def _rows_of_invitations(query: FigureQuery, cut: Cut, now: datetime) -> Select[Any]:
    return (
        select(*_row_facts(Invitation), literal("invitation", String), literal(0, Integer), invitation_outcome(now))
        .join(SurveyVersion, SurveyVersion.id == Invitation.survey_version_id)
        .join(Survey, Survey.id == SurveyVersion.survey_id)
        .where(Invitation.counts_on.between(query.first, query.last), *_valid_invitations(cut))
        .order_by(Invitation.reference)
    )


# ---- What stands beside the counts ----


def service_tree() -> ServiceTree:
    """All services."""
    rows = db.session.execute(select(Service.id, Service.code, Service.name, Service.parent_id))
    return ServiceTree(ServiceNode(*row) for row in rows)


def target_lines(measure: str) -> list[TargetLine]:
    """All targets ever entered for a measure."""
    rows = db.session.execute(
        select(Target.service_id, Target.value, Target.comparator, Target.valid_from, Target.valid_to)
        .where(Target.measure == measure)
        .order_by(Target.id)
    )
    return [TargetLine(service, value, str(over), begin, end) for service, value, over, begin, end in rows]


LONGEST_OPEN = timedelta(days=120)  # a contact's invitation has been drawn and has closed long before


def unsettled_days(now: datetime) -> tuple[frozenset[date], int]:
    """Days of contacts whose invitations are open or may still be changed, and for how many days answers may."""
    change_days = db.session.scalar(select(AskingRules.change_days)) or CHANGE_DAYS
    days = db.session.scalars(
        select(Invitation.counts_on)
        .distinct()
        .where(
            Invitation.counts_on >= london_day(now - LONGEST_OPEN),
            Invitation.closes_at > now - timedelta(days=change_days),
            Invitation.state != InvitationState.VOID,
        )
    )
    return frozenset(days), change_days
