"""Finding the answer of a reference. Nothing of what it says is read, nor whether it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from survey_app.extensions import db
from survey_app.organisation.models import Service
from survey_app.organisation.scope import Scope
from survey_app.responses.models import ResponseState, SurveyResponse


@dataclass(frozen=True)
class Found:
    """The answer that somebody means, told by what they know themselves."""

    reference: str
    service: str
    day: date  # of the contact
    is_withdrawn: bool


def find_answer(reference: str, scope: Scope) -> Found | None:
    """The answer of this reference. None where there is none, and of a service outside the scope."""
    row = db.session.execute(
        select(SurveyResponse.state, SurveyResponse.counts_on, SurveyResponse.service_id, Service.name)
        .join(Service, Service.id == SurveyResponse.service_id)
        .where(SurveyResponse.reference == reference)
    ).one_or_none()
    if row is None or not scope.allows(row.service_id):
        return None
    return Found(reference, row.name, row.counts_on, row.state == ResponseState.WITHDRAWN)
