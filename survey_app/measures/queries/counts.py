"""Counts by value, from the tallies and the change feed in one statement, or from the answers themselves."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from survey_app.contacts.eligibility import ELIGIBLE
from survey_app.contacts.models import Contact
from survey_app.extensions import db
from survey_app.invitations.models import Invitation, InvitationState
from survey_app.kernel.periods import ONE_DAY, Period
from survey_app.measures.choosing import Choices
from survey_app.measures.definitions import COMPLETE, DRAFT, Choice, Measure, Source
from survey_app.measures.lineage import EARLIER_WORDING, Lineage
from survey_app.measures.models import (
    DayTally,
    MonthTally,
    SubjectDayTally,
    SubjectMonthTally,
    Tallied,
    TallyDimension,
)
from survey_app.measures.queries.cells import Facts, counted_responses, fact, left_empty, pooled
from survey_app.measures.queries.subjects import (
    Rows,
    days_of,
    is_in,
    is_of,
    outcome_of,
    rows_of,
    touched,
)
from survey_app.measures.rules import USUAL, Rules
from survey_app.measures.tree import ServiceTree
from survey_app.organisation.channels import CustomerKind
from survey_app.responses.models import Answer, ResponseChange, ResponseState, SurveyDraft, SurveyResponse
from survey_app.surveys.kinds import Paging
from survey_app.surveys.models import Option, Survey, SurveyItem, SurveyVersion

Counted = Tallied | Literal[Source.ANSWERS, Source.DRAFTS]  # what has tallies beside the answers, or has none
COUNTED_BY: Mapping[Source, Counted] = {
    Source.ANSWERS: Source.ANSWERS,
    Source.COMMENTS: Tallied.COMMENTS,
    Source.INVITATIONS: Tallied.INVITATIONS,
    Source.CONTACTS: Tallied.CONTACTS,
    Source.DRAFTS: Source.DRAFTS,
}
BY_DAY = frozenset({"channel"})  # what the daily tally of subjects has beside the service


@dataclass(frozen=True)
class Cut:
    """Which part is counted: the services (None: all), the customers, codes allowed by dimension, and the rules."""

    services: Collection[int] | None
    customers: Collection[CustomerKind]
    codes: Mapping[str, Collection[str]]
    rules: Rules = USUAL


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


@dataclass(frozen=True)
class Counts:
    """Counts of choices by window (its place in the list) and group (its codes in the order asked for)."""

    cells: Mapping[tuple[int, tuple[str, ...]], Mapping[Choice, int]]
    counted_from: str  # tallies or answers
    versions: Mapping[tuple[int, tuple[str, ...]], frozenset[int]] = field(default_factory=dict)  # that feed each cell


def counts_by_choice(
    measure: Measure,
    windows: Sequence[Period],
    *,
    cut: Cut,
    groups: Sequence[str],
    services: ServiceTree,
    choices: Choices,
    lineage: Lineage | None = None,
) -> Counts:
    """Count a measure in one statement, however many windows and groups there are.

    Whole months, by service and one further dimension, come from the monthly tally, other days by service from the
    daily one, each with what is not folded yet, and what the rules of the cut let in or leave out. The rest is counted
    from the answers, or the rows of the subject.
    """
    counted = COUNTED_BY[measure.source]
    counted_from, rows = _read(counted, windows, cut, groups, versions=sorted({version for version, _ in choices}))
    values: defaultdict[tuple[int, tuple[str, ...]], Counter[tuple[int, str]]] = defaultdict(Counter)
    for n, *codes, version, value, answers in rows:
        code = outcome_of(value) if counted is Tallied.INVITATIONS else value
        values[n, codes_of(codes, groups, services)][version, code] += int(answers)
    line = lineage or Lineage()
    feeding = {place: line.feeding(_answered(found)) for place, found in values.items()}
    cells = {place: as_choices(measure, found, choices, feeding[place]) for place, found in values.items()}
    return Counts(cells, counted_from, feeding)


def codes_of(codes: Sequence[Any], groups: Sequence[str], services: ServiceTree) -> tuple[str, ...]:
    """The codes of a group, a service by its own."""
    return tuple(
        services.code(code) if name == "service" else str(code) for name, code in zip(groups, codes, strict=True)
    )


def as_choices(
    measure: Measure,
    values: Mapping[tuple[int, str], int],
    choices: Mapping[tuple[int, str], Choice],
    feeding: Collection[int],
) -> dict[Choice, int]:
    """Counts by version and value as choices of a measure. What was said to an earlier wording stands outside."""
    found: Counter[Choice] = Counter()
    for (version, value), answers in values.items():
        if answers:
            choice = choices.get((version, value)) or measure.choice(value)
            found[choice if version in feeding else Choice(EARLIER_WORDING, is_substantive=False)] += answers
    return found


def _answered(values: Mapping[tuple[int, str], int]) -> set[int]:
    """A withdrawal that is not folded yet may leave a version with nothing."""
    return {version for (version, _), answers in values.items() if answers}


def values(tallied: Tallied, window: Period, cut: Cut) -> dict[str, int]:
    """How many contacts, invitations, comments or themes of comments have each value."""
    _counted_from, rows = _read(tallied, [window], cut, ())
    return {value: int(n) for _n, _version, value, n in rows}


def values_by(
    tallied: Tallied, windows: Sequence[Period], cut: Cut, groups: Sequence[str], services: ServiceTree
) -> dict[tuple[int, tuple[str, ...]], Counter[str]]:
    """How many contacts or invitations have each value, by window (its place in the list) and group."""
    found: defaultdict[tuple[int, tuple[str, ...]], Counter[str]] = defaultdict(Counter)
    for n, *codes, _version, value, count in _read(tallied, windows, cut, groups)[1]:
        found[n, codes_of(codes, groups, services)][value] += int(count)
    return dict(found)


def eligible_contacts(window: Period, cut: Cut, services: ServiceTree) -> dict[tuple[str, str], int]:
    """How many contacts could be asked about, by service and channel."""
    drawn = values_by(Tallied.DRAWN, [window], cut, ("service", "channel"), services)
    eligible = {place: sum(outcomes[outcome] for outcome in ELIGIBLE) for (_, place), outcomes in drawn.items()}
    return {(service, channel): n for (service, channel), n in eligible.items() if n}


def held_back(window: Period, cut: Cut) -> int:
    """How many responses are quarantined: they would count if somebody released them."""
    suspicious = (
        select(func.count())
        .select_from(SurveyResponse)
        .where(
            SurveyResponse.state == ResponseState.QUARANTINED,
            SurveyResponse.is_test.is_(False),
            SurveyResponse.counts_on.between(window.first, window.last),
            *of_customers(cut),
        )
    )
    return db.session.scalar(suspicious) or 0


def _read(
    counted: Counted, windows: Sequence[Period], cut: Cut, groups: Sequence[str], **values: Any
) -> tuple[str, Iterable[Any]]:
    """Where the counts are read, and window, codes of the groups, question version, value and count of each."""
    shape = Shape(
        counted,
        len(windows),
        all(window.first.day == 1 and (window.last + ONE_DAY).day == 1 for window in windows),
        tuple(groups),
        tuple(cut.codes),
        cut.services is not None,
        cut.rules,
    )
    for n, window in enumerate(windows):
        values |= {f"first_{n}": window.first, f"last_{n}": window.last}
    values |= {f"codes_of_{name}": codes for name, codes in cut.codes.items()}
    values |= {"customers": cut.customers, "services": cut.services}
    counted_from, statement = _statement(shape)
    return counted_from, db.session.execute(statement, values)


@lru_cache(maxsize=512)
def _statement(shape: Shape) -> tuple[str, Select[Any]]:
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
            tally.survey_version_id.in_(_versions_for(cut.customers)),
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
    counted = rows.chosen.where(rows.customer_kind.in_(cut.customers), *_within(rows.facts, cut))
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


def of_customers(cut: Cut) -> list[ColumnElement[bool]]:
    return [SurveyResponse.survey_version_id.in_(_versions_for(cut.customers)), *_within(SurveyResponse, cut)]


def drafts_of(cut: Cut) -> list[ColumnElement[bool]]:
    """Drafts that were not finished, of surveys of more than one page; of an invitation neither answered otherwise nor
    wrongly made."""
    return [
        of_several_pages(SurveyDraft, SurveyDraft.saved_at),
        SurveyDraft.survey_version_id.in_(_versions_for(cut.customers)),
        *unfinished(),
        *_within(SurveyDraft, cut),
    ]


def of_several_pages(
    facts: type[SurveyResponse | SurveyDraft], at: InstrumentedAttribute[datetime]
) -> ColumnElement[bool]:
    """Of surveys of which a page shows but a part, and did so already when this was sent or saved."""
    return exists().where(
        SurveyVersion.id == facts.survey_version_id,
        Survey.id == SurveyVersion.survey_id,
        Survey.paging != Paging.ONE_PAGE,
        or_(Survey.paging_since_at.is_(None), Survey.paging_since_at <= at),
    )


def unfinished() -> list[ColumnElement[bool]]:
    """A finished draft is deleted; one whose invitation was answered in another way is not a draft any more."""
    answered = exists().where(
        SurveyResponse.invitation_id == SurveyDraft.invitation_id, SurveyResponse.state == ResponseState.COUNTED
    )
    void = exists().where(Invitation.id == SurveyDraft.invitation_id, Invitation.state == InvitationState.VOID)
    return [~answered, ~void]


def valid_invitations(cut: Cut) -> list[ColumnElement[bool]]:
    return [Invitation.state != InvitationState.VOID, *invitations_of(cut)]


def contacts_of(cut: Cut) -> list[ColumnElement[bool]]:
    return [Contact.customer_kind.in_(cut.customers), *_within(Contact, cut)]


def invitations_of(cut: Cut) -> list[ColumnElement[bool]]:
    """Those of a cut, wrongly made ones too."""
    of_whom = Invitation.contact.has(Contact.customer_kind.in_(cut.customers))
    return [of_whom, *_within(Invitation, cut)]


def _within(facts: type[Facts], cut: Cut) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [fact(facts, name).in_(codes) for name, codes in cut.codes.items()]
    if cut.services is not None:
        conditions.append(facts.service_id.in_(cut.services))
    return conditions


def _versions_for(customers: Collection[CustomerKind]) -> Select[int]:
    return (
        select(SurveyVersion.id)
        .join(Survey, Survey.id == SurveyVersion.survey_id)
        .where(Survey.customer_kind.in_(customers))
    )
