"""Reading what was taken over before."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from survey_app.extensions import db
from survey_app.responses.models import SurveyResponse
from survey_app.surveys.models import Survey, SurveyVersion

_AT_A_TIME = 500  # keys in one question to the database


def ids_by_key(keys: Sequence[str]) -> dict[str, int]:
    """The stored responses of these submission keys."""
    found: dict[str, int] = {}
    for start in range(0, len(keys), _AT_A_TIME):
        asked = select(SurveyResponse.submission_key, SurveyResponse.id)
        rows = db.session.execute(asked.where(SurveyResponse.submission_key.in_(keys[start : start + _AT_A_TIME])))
        found |= {key: response_id for key, response_id in rows if key is not None}
    return found


def survey_of_response(response_id: int) -> Survey:
    asked = select(Survey).join(SurveyVersion).join(SurveyResponse).where(SurveyResponse.id == response_id)
    return db.session.scalars(asked).one()
