"""Reading answers and comments row by row, in the order in which they came, always within a scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from survey_app.comments.models import Comment, CommentTheme, Theme
from survey_app.dashboards.queries import of_answers
from survey_app.extensions import db
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.measures.queries.subjects import sentiment_label
from survey_app.organisation.channels import Channel, CustomerKind, Mode
from survey_app.organisation.models import Service
from survey_app.organisation.queries import within
from survey_app.organisation.scope import Scope
from survey_app.responses.models import Answer, ResponseChange, ResponseState, SurveyResponse
from survey_app.statistics.suppression import MINIMUM_BASE
from survey_app.surveys.kinds import SEVERAL_OPTIONS, TALLIED, QuestionKind
from survey_app.surveys.models import Option, Question, QuestionVersion, Survey, SurveyVersion

# Not the days that people gave, nor consent: the one may point at somebody, the other is to be heeded.
GIVEN_OUT = TALLIED | SEVERAL_OPTIONS | {QuestionKind.NUMBER}


_RESPONSE: Sequence[Any] = (
    SurveyResponse.id,
    SurveyResponse.reference,
    SurveyResponse.state,
    SurveyResponse.counts_on,
    Service.code,
    SurveyResponse.channel,
    SurveyResponse.mode,
    SurveyResponse.answered_in,
    Survey.customer_kind,
    Survey.code,
    SurveyVersion.label,
)
_COMMENT: Sequence[Any] = (
    Comment,
    sentiment_label(),
    SurveyResponse.reference,
    SurveyResponse.counts_on,
    Service.code,
    SurveyResponse.channel,
    SurveyResponse.answered_in,
    Question.code,
)


@dataclass(frozen=True)
class Wanted:
    """Which rows: of London days, both included, and of what else is named."""

    scope: Scope
    first: date | None = None
    last: date | None = None
    channel: Channel | None = None

    def __post_init__(self) -> None:
        if self.first is not None and self.last is not None and self.first > self.last:
            raise InvalidInput(f"The last day, {self.last}, is before the first, {self.first}.")

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        found = [*self.of_days, *within(self.scope, SurveyResponse.service_id)]
        if self.channel is not None:
            found.append(SurveyResponse.channel == self.channel)
        return found

    @property
    def of_days(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.first is not None:
            found.append(SurveyResponse.counts_on >= self.first)
        if self.last is not None:
            found.append(SurveyResponse.counts_on <= self.last)
        return found


@dataclass(frozen=True)
class GivenAnswer:
    """One option that was chosen, or a number."""

    question: str
    kind: QuestionKind
    option: str | None
    score: int | None
    number: float | None


@dataclass(frozen=True)
class FoundResponse:
    """One answered survey: of its contact the day alone. What counts no longer has no answers."""

    id: int
    reference: str
    counts: bool
    day: date
    service: str
    channel: Channel | None
    mode: Mode
    language: str
    customer_kind: CustomerKind
    survey: str
    answers: Sequence[GivenAnswer]


@dataclass(frozen=True)
class FoundComment:
    id: int
    comment: Comment
    label: str
    response: str
    day: date
    service: str
    channel: Channel | None
    answered_in: str
    question: str


def responses_after(
    wanted: Wanted,
    after: int,
    most: int,
    *,
    survey: str | None = None,
    mode: Mode | None = None,
    changed_since: datetime | None = None,
) -> list[FoundResponse]:
    """The next that count, in two statements. With `changed_since`: those that came or changed since, or count no
    more."""
    rows = _responses().where(SurveyResponse.id > after, *wanted.conditions, *_between_ends(wanted))
    if survey is not None:
        rows = rows.where(Survey.code == survey)
    if mode is not None:
        rows = rows.where(SurveyResponse.mode == mode)
    if changed_since is None:
        rows = rows.where(SurveyResponse.state == ResponseState.COUNTED)
    else:
        rows = rows.where(SurveyResponse.state != ResponseState.UNDATED, _has_moved(changed_since))
    return _found(db.session.execute(rows.order_by(SurveyResponse.id).limit(most)).all())


def response_called(reference: str, scope: Scope) -> FoundResponse:
    """One that counts. NotFound when there is none in scope: missing and forbidden look alike."""
    rows = _responses().where(
        SurveyResponse.reference == reference,
        SurveyResponse.state == ResponseState.COUNTED,
        *Wanted(scope).conditions,
    )
    found = _found(db.session.execute(rows).all())
    if not found:
        raise NotFound("There is no such response.")
    return found[0]


def comments_after(
    wanted: Wanted, after: int, most: int, *, label: str | None = None, theme: str | None = None
) -> list[FoundComment]:
    """The next comments of residents and businesses, with their themes: two statements."""
    rows = (
        _of_comments(select(*_COMMENT), wanted, label, theme)
        .join(Service, Service.id == SurveyResponse.service_id)
        .join(QuestionVersion, QuestionVersion.id == Comment.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(Comment.id > after)
    )
    found = db.session.execute(rows.order_by(Comment.id).limit(most))
    return [FoundComment(row[0].id, *row) for row in found]


def are_too_few(wanted: Wanted, *, label: str | None = None, theme: str | None = None) -> bool:
    """Whether there are comments, and fewer than may be given out."""
    some = _of_comments(select(Comment.id), wanted, label, theme).limit(MINIMUM_BASE).subquery()
    return 0 < (db.session.scalar(select(func.count()).select_from(some)) or 0) < MINIMUM_BASE


def _responses() -> Select[Any]:
    return (
        select(*_RESPONSE)
        .join(Service, Service.id == SurveyResponse.service_id)
        .join(SurveyVersion, SurveyVersion.id == SurveyResponse.survey_version_id)
        .join(Survey, Survey.id == SurveyVersion.survey_id)
        .where(SurveyResponse.is_test.is_(False))
    )


def _between_ends(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Responses come in about in the order of their days: between the first and the last of these days nothing else has
    to be looked at. The index of days leads to both; "+ 0" keeps PostgreSQL from looking for them row by row."""
    if not wanted.of_days:
        return []
    number = SurveyResponse.id + 0
    ends = [select(end(number)).where(*wanted.of_days).scalar_subquery() for end in (func.min, func.max)]
    return [SurveyResponse.id >= ends[0], SurveyResponse.id <= ends[1]]


def _has_moved(since: datetime) -> ColumnElement[bool]:
    """It came, was changed, taken back, held or let go. The feed keeps a line of all but the first; of one that was
    taken back and had nothing to count it keeps none, so that is told always."""
    its_lines = ResponseChange.response_id == SurveyResponse.id
    return or_(
        SurveyResponse.submitted_at >= since,
        SurveyResponse.received_at >= since,
        SurveyResponse.changed_at >= since,
        exists().where(its_lines, ResponseChange.changed_at >= since),
        and_(SurveyResponse.state == ResponseState.WITHDRAWN, ~exists().where(its_lines)),
    )


def _found(rows: Sequence[Any]) -> list[FoundResponse]:
    answers = _answers_of([row[0] for row in rows if row.state is ResponseState.COUNTED])
    return [
        FoundResponse(
            id=number,
            reference=reference,
            counts=state is ResponseState.COUNTED,
            day=day,
            service=service,
            channel=channel,
            mode=mode,
            language=language,
            customer_kind=customer_kind,
            survey=f"{survey}@{label}",
            answers=answers.get(number, ()),
        )
        for number, reference, state, day, service, channel, mode, language, customer_kind, survey, label in rows
    ]


def _answers_of(numbers: Sequence[int]) -> dict[int, list[GivenAnswer]]:
    rows = db.session.execute(
        select(Answer.response_id, Question.code, QuestionVersion.kind, Option.code, Option.score, Answer.number)
        .join(QuestionVersion, QuestionVersion.id == Answer.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .outerjoin(Option, Option.id == Answer.option_id)
        .where(
            Answer.response_id.in_(numbers),
            QuestionVersion.kind.in_(GIVEN_OUT),
            or_(Answer.option_id.is_not(None), Answer.number.is_not(None)),
        )
        .order_by(Answer.response_id, Question.code, Answer.rank, Answer.id)
    )
    found = defaultdict[int, list[GivenAnswer]](list)
    for number, question, kind, option, score, given in rows:
        found[number].append(GivenAnswer(question, kind, option, score, given))
    return found


def _of_comments(rows: Select[Any], wanted: Wanted, label: str | None, theme: str | None) -> Select[Any]:
    rows = rows.join(SurveyResponse, SurveyResponse.id == Comment.response_id)
    rows = rows.where(*of_answers(wanted.scope), *wanted.conditions)
    if label is not None:
        rows = rows.where(sentiment_label() == label)
    if theme is not None:
        named = select(CommentTheme.comment_id).join(Theme).where(Theme.code == theme, Theme.is_active)
        rows = rows.where(Comment.id.in_(named))
    return rows
