"""Counts by value, from the tallies and the change feed in one statement, or from the answers themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from survey_app.comments.models import Comment
from survey_app.contacts.models import Contact
from survey_app.extensions import db
from survey_app.invitations.models import Invitation, InvitationState
from survey_app.kernel.periods import ONE_DAY, Period
from survey_app.measures.definitions import Choice, Measure, Source
from survey_app.measures.models import DayTally, MonthTally, TallyDimension
from survey_app.measures.queries.cells import (
    counted_responses,
    fact,
    left_empty,
    pooled,
)
from survey_app.measures.tree import ServiceTree
from survey_app.organisation.channels import CustomerKind
from survey_app.responses.models import Answer, ResponseChange, ResponseState, SurveyResponse
from survey_app.surveys.models import Option, Question, QuestionVersion, Survey, SurveyItem, SurveyVersion


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

    Whole months, by service and one further dimension, come from the monthly tally, other days by service from the
    daily one, each with the lines of the change feed that are not folded yet. The rest is counted from the answers.
    """
    span = _windows(windows)
    choices: dict[tuple[int, str], Choice] = {}
    counted_from = "answers"
    match measure.source:
        case Source.ANSWERS:
            choices = choices_of(measure)
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


def choices_of(measure: Measure) -> dict[tuple[int, str], Choice]:
    """The options of all versions of the questions that feed a measure, by version and code."""
    rows = db.session.execute(
        select(QuestionVersion.id, Option.code, Option.score, Option.is_substantive)
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Option, Option.question_version_id == QuestionVersion.id)
        .where(Question.asks == measure.asks)
    )
    return {(version, code): Choice(code, score, substantive) for version, code, score, substantive in rows}


def _windows(windows: Sequence[Period]) -> CTE:
    """A row each. A union, because SQLAlchemy would compile a statement with VALUES anew each time."""
    rows = [
        select(
            literal(n, Integer).label("n"),
            literal(window.first, Date).label("first"),
            literal(window.last, Date).label("last"),
        )
        for n, window in enumerate(windows)
    ]
    return union_all(*rows).cte("windows")


def _of_answers(
    windows: Sequence[Period], span: CTE, cut: Cut, groups: Sequence[str], versions: set[int]
) -> tuple[str, Select[Any]]:
    further = {*groups, *cut.codes} - {"service"}
    whole_months = all(window.first.day == 1 and (window.last + ONE_DAY).day == 1 for window in windows)
    if whole_months and len(further) <= 1:
        # without a dimension any monthly tally gives the sums; by mode it is the shortest
        dimension = TallyDimension(further.pop()) if further else TallyDimension.MODE
        return "tallies", _of_tallies(span, cut, groups, versions, dimension)
    if not further:
        return "tallies", _of_tallies(span, cut, groups, versions, None)
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
            *of_customers(cut),
        )
    )
    return pooled(union_all(folded, unfolded).subquery("both"))


def _of_rows(span: CTE, cut: Cut, groups: Sequence[str], versions: set[int]) -> Select[Any]:
    """From the answers, for what the tallies do not hold."""
    places = [fact(SurveyResponse, name) for name in groups]
    in_span = SurveyResponse.counts_on.between(span.c.first, span.c.last)
    answered = (
        select(span.c.n, *places, Answer.question_version_id, Option.code, literal(1, Integer))
        .join_from(span, SurveyResponse, in_span)
        .join(Answer, Answer.response_id == SurveyResponse.id)
        .join(Option, Option.id == Answer.option_id)
        .where(Answer.question_version_id.in_(versions), *counted_responses(), *of_customers(cut))
    )
    blank = (
        select(span.c.n, *places, SurveyItem.question_version_id, literal("", String), literal(1, Integer))
        .join_from(span, SurveyResponse, in_span)
        .join(SurveyItem, SurveyItem.survey_version_id == SurveyResponse.survey_version_id)
        .where(SurveyItem.question_version_id.in_(versions), left_empty(), *counted_responses(), *of_customers(cut))
    )
    return pooled(union_all(answered, blank).subquery("both"))


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
        .where(*counted_responses(), *of_customers(cut))
    )
    return pooled(rows.subquery("labels"))


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
        .where(*valid_invitations(cut))
    )
    return pooled(rows.subquery("outcomes"))


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
        .where(*of_contacts(cut))
    )
    return pooled(rows.subquery("contacts"))


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


def of_customers(cut: Cut) -> list[ColumnElement[bool]]:
    return [SurveyResponse.survey_version_id.in_(_versions_for(cut.customers)), *_within(SurveyResponse, cut)]


def of_contacts(cut: Cut) -> list[ColumnElement[bool]]:
    return [Contact.customer_kind.in_(cut.customers), *_within(Contact, cut)]


def valid_invitations(cut: Cut) -> list[ColumnElement[bool]]:
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
