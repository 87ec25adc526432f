"""Finding the comment whose original is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, lazyload

from survey_app.comments.models import Comment
from survey_app.extensions import db
from survey_app.kernel.errors import NotFound
from survey_app.organisation.models import Service
from survey_app.organisation.queries import within
from survey_app.organisation.scope import Scope
from survey_app.responses.models import AnswerText, ResponseState, SurveyResponse


@dataclass(frozen=True)
class Shown:
    """A comment as everybody reads it, and where it stands."""

    comment: Comment
    service: str
    day: date


def comment_in(reference: str, scope: Scope) -> Shown:
    """NotFound for a comment that is not there, does not count or is out of scope: all look alike."""
    conditions = [
        Comment.reference == reference,
        SurveyResponse.state == ResponseState.COUNTED,
        *within(scope, SurveyResponse.service_id),
    ]
    found = db.session.execute(
        select(Comment, Service.name, SurveyResponse.counts_on)
        .join(SurveyResponse, SurveyResponse.id == Comment.response_id)
        .join(Service, Service.id == SurveyResponse.service_id)
        .where(*conditions)
        .options(joinedload(Comment.answer_text).defer(AnswerText.raw), lazyload(Comment.themes))
    ).one_or_none()
    if found is None:
        raise NotFound("There is no such comment.")
    return Shown(*found)
