"""What a person decides about answers that are held for review. To let one count is `release`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from survey_app.audit.operations import record_act_by
from survey_app.extensions import db
from survey_app.kernel.errors import Refused
from survey_app.responses.models import ResponseState, SurveyResponse


def keep_held(responses: Iterable[SurveyResponse], *, now: datetime, by: int) -> int:
    """Note that somebody looked at held answers and keeps them out; how many. One kept already stays as it was.

    No count moves. Refused, and nothing kept, where one of them is not held.
    """
    kept = 0
    for response in responses:
        _lock_held(response)
        if response.reviewed_at is None:
            response.reviewed_at = now
            record_act_by(
                "response.kept_held", response.reference, at=now, by=by, after={"reason": response.quarantine_reason}
            )
            kept += 1
    db.session.flush()
    return kept


def review_again(responses: Iterable[SurveyResponse], *, now: datetime, by: int) -> int:
    """Take back that answers are kept held, so that they wait for review; how many. Refused for one that counts."""
    opened = 0
    for response in responses:
        _lock_held(response)
        if response.reviewed_at is not None:
            response.reviewed_at = None
            record_act_by("response.review_opened_again", response.reference, at=now, by=by)
            opened += 1
    db.session.flush()
    return opened


def _lock_held(response: SurveyResponse) -> None:
    db.session.refresh(response, with_for_update={"of": SurveyResponse})
    if response.state is not ResponseState.QUARANTINED:
        raise Refused("This answer is not held for review any more.")
