"""Storing what somebody told staff, and who typed it in."""

from __future__ import annotations

from datetime import datetime

from survey_app.audit.operations import record_act_by
from survey_app.kernel.errors import Refused
from survey_app.responses.given import GivenAnswers
from survey_app.responses.models import SurveyResponse
from survey_app.responses.operations import Occasion, submit
from survey_app.responses.queries import counted_response, response_by_key
from survey_app.responses.suspicion import Signs


def enter_answer(occasion: Occasion, given: GivenAnswers, *, now: datetime, by: int) -> SurveyResponse:
    """Store an answer once, and that user `by` entered it. Sent again from the same page it is the first one again.

    Refused where the person has answered already: staff never replace what somebody said themselves.
    """
    assert occasion.submission_key is not None
    earlier = response_by_key(occasion.submission_key)
    if earlier is not None:
        return earlier
    if occasion.invitation is not None and counted_response(occasion.invitation.id) is not None:
        raise Refused("This person has answered already.")
    response = submit(occasion, given, Signs(), now=now).response
    if response.submission_key != occasion.submission_key:  # theirs came at the same moment
        raise Refused("This person has answered already.")
    record_act_by("response.entered", response.reference, at=now, by=by, after={"mode": response.mode.value})
    return response
