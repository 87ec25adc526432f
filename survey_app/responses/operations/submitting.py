"""Taking in what somebody sent: it counts, or it is held, or it came before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from survey_app.responses.given import GivenAnswers
from survey_app.responses.models import ResponseState, SurveyResponse
from survey_app.responses.operations.answers import record_response
from survey_app.responses.operations.occasions import Occasion
from survey_app.responses.suspicion import Signs, why_held


class Outcome(StrEnum):
    COUNTED = "counted"
    HELD = "held"


@dataclass(frozen=True)
class Submission:
    """What became of an answer that was sent."""

    outcome: Outcome
    response: SurveyResponse


def submit(occasion: Occasion, given: GivenAnswers, signs: Signs, *, now: datetime) -> Submission:
    """Store what somebody sent by a page, a kiosk or through staff."""
    response = record_response(occasion, given, now=now, quarantine_reason=why_held(signs))
    counts = response.state is ResponseState.COUNTED
    return Submission(Outcome.COUNTED if counts else Outcome.HELD, response)
