"""Telling later packages what became of an answer, by its reference and frozen facts: nothing of what was said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from survey_app.organisation.queries import codes_of_services
from survey_app.responses.models import SurveyResponse
from survey_app.work.happenings import tell

RECORDED, CHANGED, WITHDRAWN = "response.recorded", "response.changed", "response.withdrawn"


def tell_of_answer(kind: str, response: SurveyResponse, *, now: datetime, because: str) -> None:
    """An answer counts from now on, says something else, or counts no longer. Those given to try a survey are not told.

    Each counted answer is told as recorded once before anything else is told of it: one that is held is told when
    somebody lets it count, and one that is held later is told as withdrawn.
    """
    if not response.is_test:
        tell(kind, lambda: [facts_of(response) | {"because": because}], at=now)


def facts_of(response: SurveyResponse) -> dict[str, Any]:
    """What an answer is about."""
    version = response.survey_version
    return {
        "response": response.reference,
        "survey": version.survey.code,
        "version": version.label,
        "service": codes_of_services([response.service_id])[response.service_id],
        "channel": response.channel.value if response.channel else None,
        "mode": response.mode.value,
        "counts_on": response.counts_on.isoformat(),
    }
