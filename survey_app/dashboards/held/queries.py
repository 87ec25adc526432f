"""Reads answers that are held for review, within a scope. Of what somebody wrote only redacted comments are read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, exists, func, literal_column, select
from sqlalchemy.orm import aliased

from survey_app.comments.models import Comment
from survey_app.extensions import db
from survey_app.kernel.clock import day_starts_at, london_day
from survey_app.kernel.errors import NotFound
from survey_app.organisation.channels import Channel, Mode
from survey_app.organisation.models import Service
from survey_app.organisation.queries import within
from survey_app.organisation.scope import Scope
from survey_app.responses.models import Answer, ResponseState, SurveyResponse
from survey_app.surveys.models import Option, Question, QuestionVersion

DAYS_SHOWN = 14


@dataclass(frozen=True)
class HeldCount:
    """Of one reason: how many wait, how many of these can be released, and how many are kept held."""

    reason: str
    waiting: int
    can_count: int
    kept: int


@dataclass(frozen=True)
class HeldAnswer:
    """One held answer. `is_taken` says that another answer of its person about the same contact counts already."""

    id: int
    reference: str
    day: date
    service: str
    channel: Channel | None
    mode: Mode
    reason: str
    rating: str | None
    is_taken: bool
    comments: Sequence[str]


def held_counts(scope: Scope) -> list[HeldCount]:
    """By reason, the most waiting first."""
    waits = SurveyResponse.reviewed_at.is_(None)
    rows = db.session.execute(
        select(
            _reason(),
            func.sum(case((waits, 1), else_=0)),
            func.sum(case((and_(waits, ~_is_taken()), 1), else_=0)),
            func.sum(case((waits, 0), else_=1)),
        )
        .where(*_held(scope))
        .group_by(_reason())
    )
    counts = [HeldCount(reason, int(waiting), int(free), int(kept)) for reason, waiting, free, kept in rows]
    return sorted(counts, key=lambda each: (-each.waiting, each.reason))


def waiting_since(scope: Scope) -> date | None:
    """The day on which the first of those that wait for review came in; None where none waits."""
    first = db.session.scalar(
        select(func.min(SurveyResponse.submitted_at)).where(*_held(scope), SurveyResponse.reviewed_at.is_(None))
    )
    return None if first is None else london_day(first)


def held_answers(scope: Scope, *, reason: str | None, is_kept: bool, most: int, skip: int = 0) -> list[HeldAnswer]:
    """One page of those that wait for review, or of those that are kept held; the newest first."""
    responses = (
        select(SurveyResponse.id, SurveyResponse, Service.name, _is_taken().label("is_taken"))
        .join(Service, Service.id == SurveyResponse.service_id)
        .where(*_held(scope), *_chosen(reason, is_kept=is_kept))
        .order_by(SurveyResponse.submitted_at.desc(), SurveyResponse.id.desc())
        .limit(most)
        .offset(skip)
    )
    rows = db.session.execute(responses).all()
    ids = [row[0] for row in rows]
    ratings, comments = _ratings(ids), _comments(ids)
    return [
        HeldAnswer(
            id=response.id,
            reference=response.reference,
            day=response.counts_on,
            service=service,
            channel=response.channel,
            mode=response.mode,
            reason=response.quarantine_reason or "",
            rating=ratings.get(response.id),
            is_taken=is_taken,
            comments=comments.get(response.id, ()),
        )
        for _, response, service, is_taken in rows
    ]


def held_by_day(scope: Scope) -> dict[date, Counter[str]]:
    """How many came in by London day and reason, in the days up to the newest; without days on which none did."""
    newest = db.session.scalar(select(func.max(SurveyResponse.submitted_at)).where(*_held(scope)))
    if newest is None:
        return {}
    since = day_starts_at(london_day(newest) - timedelta(days=DAYS_SHOWN - 1))
    rows = db.session.execute(
        select(SurveyResponse.submitted_at, _reason()).where(*_held(scope), SurveyResponse.submitted_at >= since)
    )
    days: defaultdict[date, Counter[str]] = defaultdict(Counter)
    for submitted_at, reason in rows:
        days[london_day(submitted_at)][reason] += 1
    return dict(sorted(days.items(), reverse=True))


def held_response(reference: str, scope: Scope) -> SurveyResponse:
    """The answer of this reference. NotFound where there is none in scope; whether it still is held says the act."""
    response = db.session.scalar(
        select(SurveyResponse).where(SurveyResponse.reference == reference, *within(scope, SurveyResponse.service_id))
    )
    if response is None:
        raise NotFound("There is no such answer among those held for review.")
    return response


def waiting_for(reason: str, scope: Scope, *, most: int, can_count: bool = False) -> Sequence[SurveyResponse]:
    """Those of one reason that wait for review, oldest first; with `can_count` those that may be released."""
    free = [~_is_taken()] if can_count else []
    return db.session.scalars(
        select(SurveyResponse)
        .where(*_held(scope), *_chosen(reason, is_kept=False), *free)
        .order_by(SurveyResponse.id)
        .limit(most)
    ).all()


def kept_at(moment: datetime, scope: Scope) -> Sequence[SurveyResponse]:
    """Those that were kept held at one press of a button."""
    return db.session.scalars(
        select(SurveyResponse).where(*_held(scope), SurveyResponse.reviewed_at == moment).order_by(SurveyResponse.id)
    ).all()


def _held(scope: Scope) -> list[ColumnElement[bool]]:
    return [
        SurveyResponse.state == ResponseState.QUARANTINED,
        SurveyResponse.is_test.is_(False),
        *within(scope, SurveyResponse.service_id),
    ]


def _chosen(reason: str | None, *, is_kept: bool) -> list[ColumnElement[bool]]:
    which = SurveyResponse.reviewed_at.is_not(None) if is_kept else SurveyResponse.reviewed_at.is_(None)
    return [which] if reason is None else [which, _reason() == reason]


def _reason() -> ColumnElement[str]:
    return func.coalesce(SurveyResponse.quarantine_reason, literal_column("''"))  # a value would forbid grouping by it


def _is_taken() -> ColumnElement[bool]:
    other = aliased(SurveyResponse)
    return exists().where(other.invitation_id == SurveyResponse.invitation_id, other.state == ResponseState.COUNTED)


def _ratings(responses: Collection[int]) -> Mapping[int, str]:
    """What each said to the question about overall satisfaction, as it was shown."""
    rows = db.session.execute(
        select(Answer.response_id, Option.label)
        .join(Option, Option.id == Answer.option_id)
        .join(QuestionVersion, QuestionVersion.id == Answer.question_version_id)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(Answer.response_id.in_(responses), Question.asks == "satisfaction")
    )
    return dict(rows.all())


def _comments(responses: Collection[int]) -> Mapping[int, Sequence[str]]:
    rows = db.session.execute(
        select(Comment.response_id, Comment.redacted_text)
        .where(Comment.response_id.in_(responses))
        .order_by(Comment.id)
    )
    found: defaultdict[int, list[str]] = defaultdict(list)
    for response, text in rows:
        found[response].append(text)
    return found
