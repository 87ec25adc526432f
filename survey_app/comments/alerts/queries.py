"""Reading kinds of alert and alerts. Whoever may handle alerts sees those of all services, or none."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import defer, joinedload

from survey_app.comments.alerts.kinds import default_kinds
from survey_app.comments.alerts.models import Alert, AlertKind, AlertOutcome, AlertWatch
from survey_app.comments.alerts.timing import watched_from
from survey_app.comments.models import Comment
from survey_app.extensions import db
from survey_app.kernel.errors import NotFound
from survey_app.organisation.models import Service
from survey_app.responses.models import AnswerText, ContactConsent, ResponseState, SurveyResponse
from survey_app.responses.queries import counting
from survey_app.surveys.models import QuestionVersion
from survey_app.work.backlog import Backlog, GivenUpRow
from survey_app.work.queries import backlog_of

Columns = TypeVarTuple("Columns")
Shown = tuple[Alert, Service]


def raised_no_alarm() -> ColumnElement[bool]:
    """Answers of whose words nobody has to hear at once, for a statement that reads answers: what is shown unasked, in
    a letter, on a wall or as a quote, is of these. A false alarm is none."""
    stands = or_(Alert.outcome.is_(None), Alert.outcome != AlertOutcome.FALSE_ALARM)
    return ~select(Alert.id).where(Alert.response_id == SurveyResponse.id, stands).exists()


def stored_kinds() -> Sequence[AlertKind]:
    return db.session.scalars(select(AlertKind).order_by(AlertKind.id)).all()


def kinds() -> Sequence[AlertKind]:
    """Every kind, the usual ones, not stored, while the council has none yet."""
    return stored_kinds() or usual_kinds()


def usual_kinds() -> list[AlertKind]:
    return [
        AlertKind(
            code=kind.code,
            name=kind.name,
            phrases=kind.phrases,
            exceptions=kind.exceptions,
            inbox="",
            other_inbox="",
            answer_within_minutes=kind.minutes,
            is_active=True,
        )
        for kind in default_kinds()
    ]


def kind_of(code: str) -> AlertKind:
    """NotFound when there is none of that code."""
    found = next((kind for kind in kinds() if kind.code == code), None)
    if found is None:
        raise NotFound("There is no such kind of alert.")
    return found


def texts_to_watch(most: int, now: datetime) -> Sequence[AnswerText]:
    """What was written lately, becomes no comment and was not searched yet: the oldest first."""
    waiting = _unwatched(select(AnswerText), now).order_by(AnswerText.id).limit(most)
    return db.session.scalars(
        waiting.options(defer(AnswerText.raw), joinedload(AnswerText.response))  # decrypted one by one
    ).all()


def texts_waiting(now: datetime) -> Backlog:
    return backlog_of(_unwatched(select(SurveyResponse.submitted_at).select_from(AnswerText), now))


def _unwatched(texts: Select[*Columns], now: datetime) -> Select[*Columns]:
    becomes_none = or_(SurveyResponse.state != ResponseState.COUNTED, QuestionVersion.text_type.is_(None))
    return (
        texts.join(SurveyResponse, SurveyResponse.id == AnswerText.response_id)
        .join(QuestionVersion, QuestionVersion.id == AnswerText.question_version_id)
        .outerjoin(AlertWatch, AlertWatch.answer_text_id == AnswerText.id)
        .where(SurveyResponse.counts_on >= watched_from(now), becomes_none, AlertWatch.answer_text_id.is_(None))
        .where(SurveyResponse.state != ResponseState.WITHDRAWN, SurveyResponse.is_test.is_(False))
    )


def letter_is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The condition under which the next letter about an alert goes out."""
    return Alert.letter_due_at <= now, Alert.acknowledged_at.is_(None)


def letters_due(now: datetime) -> Backlog:
    return backlog_of(select(Alert.letter_due_at).where(*letter_is_due(now)), select(Alert.id).where(*_given_up()))


def _given_up() -> tuple[ColumnElement[bool], ...]:
    """The mail server will not take it, and nobody has seen it."""
    return (
        Alert.sent_at.is_not(None),
        Alert.last_error.is_not(None),
        Alert.letter_due_at.is_(None),
        Alert.acknowledged_at.is_(None),
    )


def given_up_letters(most: int, _now: datetime) -> list[GivenUpRow]:
    """Letters that no mail server takes, about alerts that nobody has acknowledged; the newest first."""
    rows = db.session.scalars(
        select(Alert).where(*_given_up()).options(joinedload(Alert.kind)).order_by(Alert.id.desc()).limit(most)
    )
    return [
        GivenUpRow(row.reference, f"Alert: {row.kind.name}", row.last_error or "", row.attempts, row.raised_at)
        for row in rows
    ]


def letters_to_retry(references: Collection[str], most: int) -> Sequence[Alert]:
    """Given-up letters of these references, or the oldest where there is none; ours until the transaction ends."""
    named = [Alert.reference.in_(references)] if references else []
    rows = select(Alert).where(*_given_up(), *named).order_by(Alert.id).limit(most)
    return db.session.scalars(rows.with_for_update()).all()


@dataclass(frozen=True)
class Chosen:
    """What the address of the list asks for."""

    kind: str = ""  # its code
    is_decided: bool | None = False  # None: both


def alerts(chosen: Chosen, *, most: int, skip: int = 0) -> Sequence[Shown]:
    """One page: what nobody has acknowledged first, by when it is due; decided ones, newest first."""
    decided = Alert.decided_at.is_not(None)
    due_at = case((~decided, Alert.due_at))
    order = decided, Alert.acknowledged_at.is_not(None), due_at, Alert.decided_at.desc(), Alert.id
    rows = db.session.execute(
        _shown().where(*_chosen(chosen)).order_by(*order).limit(most).offset(skip).options(joinedload(Alert.kind))
    )
    return [(row, service) for row, service in rows]


def number_of_alerts(chosen: Chosen) -> int:
    return db.session.scalar(select(func.count(Alert.id)).join(Alert.kind).where(*_chosen(chosen))) or 0


@dataclass(frozen=True)
class Standing:
    """How many alerts nobody has acknowledged, how many of these are late, and how many wait for a decision."""

    unseen: int
    late: int
    undecided: int


def standing(now: datetime) -> Standing:
    unseen = Alert.acknowledged_at.is_(None)
    row = db.session.execute(
        select(
            func.count(Alert.id).filter(unseen),
            func.count(Alert.id).filter(and_(unseen, Alert.due_at < now)),
            func.count(Alert.id).filter(~unseen),
        ).where(Alert.decided_at.is_(None))
    ).one()
    return Standing(row[0], row[1], row[2])


def alert_by(reference: str) -> Shown:
    """The alert, and the service it is about. NotFound when there is none."""
    found = db.session.execute(
        _shown().where(Alert.reference == reference).options(joinedload(Alert.kind), joinedload(Alert.response))
    ).first()
    if found is None:
        raise NotFound("There is no such alert.")
    return found[0], found[1]


def asked_for_contact(alert: Alert) -> bool:
    """Whether its person wants to be contacted. Their details stay where they are."""
    wanted = select(ContactConsent.id).where(
        ContactConsent.response_id == alert.response_id, ContactConsent.is_wanted, ContactConsent.details.is_not(None)
    )
    return db.session.scalar(wanted) is not None


def text_of(alert: Alert) -> AnswerText | None:
    """What was written, raw; None once it is withdrawn or erased."""
    return None if alert.answer_text_id is None else db.session.get(AnswerText, alert.answer_text_id)


def comment_words(answer_text_id: int) -> str | None:
    """What stands in the comment that was made of a text, details taken out; None where none was made."""
    return db.session.scalar(select(Comment.redacted_text).where(Comment.answer_text_id == answer_text_id))


def alerts_since(day_starts_at: datetime) -> Sequence[Alert]:
    """Every alert since this moment, for the figures: a council has few."""
    rows = select(Alert).where(Alert.raised_at >= day_starts_at).options(joinedload(Alert.kind)).order_by(Alert.id)
    return db.session.scalars(rows).all()


def past_comments(since: date, *, most: int) -> Sequence[tuple[str, date]]:
    """The newest comments that count since this day, redacted, with their days: to try phrases on."""
    rows = db.session.execute(
        select(Comment.redacted_text, SurveyResponse.counts_on)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .where(
            SurveyResponse.counts_on >= since,
            *counting(),
        )
        .order_by(Comment.id.desc())
        .limit(most)
    )
    return [(words, day) for words, day in rows]


def _shown() -> Select[Alert, Service]:
    return (
        select(Alert, Service)
        .join(Alert.kind)
        .join(SurveyResponse, SurveyResponse.id == Alert.response_id)
        .join(Service, Service.id == SurveyResponse.service_id)
    )


def _chosen(chosen: Chosen) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [AlertKind.code == chosen.kind] if chosen.kind else []
    if chosen.is_decided is not None:
        decided = Alert.decided_at.is_not(None)
        conditions.append(decided if chosen.is_decided else ~decided)
    return conditions
