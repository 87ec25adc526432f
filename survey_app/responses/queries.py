"""Reading responses."""

from __future__ import annotations

from sqlalchemy import select

from survey_app.extensions import db
from survey_app.responses.models import ResponseState, SurveyResponse


def counted_response(invitation_id: int) -> SurveyResponse | None:
    """The response that counts for an invitation; there is at most one."""
    return db.session.scalar(
        select(SurveyResponse).where(
            SurveyResponse.invitation_id == invitation_id, SurveyResponse.state == ResponseState.COUNTED
        )
    )
