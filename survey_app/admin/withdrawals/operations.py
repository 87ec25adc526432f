"""Taking back what a person answered, because they ask us to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from survey_app.extensions import db
from survey_app.responses.models import SurveyResponse
from survey_app.responses.operations import withdraw
from survey_app.responses.queries import responses_of


def withdraw_by_reference(reference: str, *, now: datetime, by: int) -> None:
    """Delete all that was answered by the same invitation, as its own link would; an answer of no invitation alone.
    However long ago: people may ask for that whenever they like. Who did it for them is audited, not what it said."""
    response = db.session.scalars(select(SurveyResponse).where(SurveyResponse.reference == reference)).one()
    meant = [response] if response.invitation_id is None else responses_of(response.invitation_id)
    for each in meant:
        withdraw(each, now=now, by=by)
