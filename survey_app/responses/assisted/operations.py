"""Storing what somebody told staff, and who typed it in."""

from __future__ import annotations

from datetime import datetime

from survey_app.audit.operations import record_act_by
from survey_app.kernel.errors import Refused
from survey_app.responses.given import GivenAnswers
from survey_app.responses.models import SurveyResponse
from survey_app.responses.operations import Occasion, Outcome, forget_draft, submit
from survey_app.responses.queries import draft_of_invitation
from survey_app.responses.suspicion import Signs


def enter_answer(occasion: Occasion, given: GivenAnswers, *, now: datetime, by: int) -> SurveyResponse:
    """Store an answer once, and that user `by` entered it. Sent again from the same page it is the first one again.
    What the person had begun and saved is dropped, unseen.

    Refused where the person has answered already: staff never replace what somebody said themselves.
    """
    submission = submit(occasion, given, Signs(), now=now)
    response = submission.response
    if submission.outcome is Outcome.COUNTED:
        _drop_draft(occasion)
        record_act_by("response.entered", response.reference, at=now, by=by, after={"mode": response.mode.value})
    elif response.submission_key != occasion.submission_key:
        raise Refused("This person has answered already.")
    return response


def _drop_draft(occasion: Occasion) -> None:
    draft = draft_of_invitation(occasion.invitation.id, lock=True) if occasion.invitation is not None else None
    if draft is not None:
        forget_draft(draft)
