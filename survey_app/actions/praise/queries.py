"""Reads praise that was passed on. Its words are the comment's: what is erased or withdrawn is gone here too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from survey_app.accounts.models import User
from survey_app.actions.models import PassedPraise
from survey_app.comments.models import Comment
from survey_app.extensions import db
from survey_app.kernel.errors import NotFound
from survey_app.organisation.models import Service, Team
from survey_app.organisation.queries import within
from survey_app.organisation.scope import Scope
from survey_app.responses.models import ResponseState, SurveyResponse


@dataclass(frozen=True)
class Praise:
    """Words as their team reads them: redacted, with the month, a note, and who passed them on."""

    text: str
    month: date
    service: str
    note: str
    by: str
    passed_at: datetime


@dataclass(frozen=True)
class Offer:
    """To which team a comment can be passed on, None where nobody knows; and what was passed on already."""

    team: str | None
    passed: PassedPraise | None
    by: str = ""


def comment_to_pass(reference: str, scope: Scope) -> Comment:
    """NotFound for a comment that is not there, does not count, has no words any more, or is of another service."""
    found = db.session.scalar(
        select(Comment)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .where(Comment.reference == reference, *_standing(scope))
    )
    if found is None:
        raise NotFound("There is no such comment.")
    return found


def offer_of(comment_id: int) -> Offer:
    """What the page of a comment says about passing it on."""
    team = db.session.scalar(
        select(Team.name)
        .join(SurveyResponse, SurveyResponse.team_id == Team.id)
        .join(Comment, Comment.response_id == SurveyResponse.id)
        .where(Comment.id == comment_id)
    )
    row = db.session.execute(
        select(PassedPraise, _called())
        .join(User, User.id == PassedPraise.passed_by)
        .where(PassedPraise.comment_id == comment_id)
        .options(joinedload(PassedPraise.team))
    ).first()
    return Offer(team, None) if row is None else Offer(team, row[0], row[1])


def passed_praise(reference: str, scope: Scope) -> PassedPraise:
    """NotFound for what is not there, or is of another service."""
    found = db.session.scalar(
        select(PassedPraise)
        .join(Comment, Comment.id == PassedPraise.comment_id)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .where(PassedPraise.reference == reference, *within(scope, SurveyResponse.service_id))
    )
    if found is None:
        raise NotFound("No such praise was passed on.")
    return found


def praise_of(team_id: int, scope: Scope, *, most: int) -> Sequence[Praise]:
    """What was passed on to a team, the newest first."""
    rows = db.session.execute(
        select(
            Comment.redacted_text,
            SurveyResponse.counts_on,
            Service.name,
            PassedPraise.note,
            _called(),
            PassedPraise.passed_at,
        )
        .join(Comment, Comment.id == PassedPraise.comment_id)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .join(Service, Service.id == SurveyResponse.service_id)
        .join(User, User.id == PassedPraise.passed_by)
        .where(PassedPraise.team_id == team_id, *_standing(scope))
        .order_by(PassedPraise.passed_at.desc(), PassedPraise.id.desc())
        .limit(most)
    )
    return [Praise(text, day.replace(day=1), service, note, by, at) for text, day, service, note, by, at in rows]


def _standing(scope: Scope) -> list[ColumnElement[bool]]:
    return [
        SurveyResponse.state == ResponseState.COUNTED,
        Comment.redacted_text != "",
        *within(scope, SurveyResponse.service_id),
    ]


def _called() -> ColumnElement[str]:
    return func.coalesce(func.nullif(User.name, ""), User.email)
