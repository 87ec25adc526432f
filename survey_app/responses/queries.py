"""Reading responses."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from survey_app.extensions import db
from survey_app.responses.models import AnswerText, ResponseState, SurveyResponse
from survey_app.surveys.models import QuestionVersion


def counted_response(invitation_id: int) -> SurveyResponse | None:
    """The response that counts for an invitation; there is at most one."""
    return db.session.scalar(
        select(SurveyResponse).where(
            SurveyResponse.invitation_id == invitation_id, SurveyResponse.state == ResponseState.COUNTED
        )
    )


def quarantined_response(invitation_id: int) -> SurveyResponse | None:
    """The first response of an invitation that is held for review."""
    return db.session.scalar(
        select(SurveyResponse)
        .where(SurveyResponse.invitation_id == invitation_id, SurveyResponse.state == ResponseState.QUARANTINED)
        .order_by(SurveyResponse.id)
        .limit(1)
    )


def responses_of(invitation_id: int) -> Sequence[SurveyResponse]:
    """What was answered to an invitation, counted, held or taken back, the oldest first; as it stands now."""
    return db.session.scalars(
        select(SurveyResponse)
        .where(SurveyResponse.invitation_id == invitation_id)
        .order_by(SurveyResponse.id)
        .execution_options(populate_existing=True)
    ).all()


def response_by_key(submission_key: str) -> SurveyResponse | None:
    """The response that came from one page."""
    return db.session.scalar(
        select(SurveyResponse)
        .where(SurveyResponse.submission_key == submission_key)
        .execution_options(populate_existing=True)
    )


def texts_of(response_id: int) -> Sequence[QuestionVersion]:
    """The questions under which somebody wrote something."""
    return db.session.scalars(
        select(QuestionVersion)
        .join(AnswerText, AnswerText.question_version_id == QuestionVersion.id)
        .where(AnswerText.response_id == response_id)
        .order_by(AnswerText.id)
    ).all()
