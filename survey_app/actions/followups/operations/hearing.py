"""The resident's verdict: was it put right? Told by them on their page, or on the phone to staff."""

from __future__ import annotations

from datetime import datetime

from survey_app.actions.followups.operations.standing import begin, keep_as_consented, lock, note_state
from survey_app.actions.followups.queries import has_details
from survey_app.actions.followups.verdicts import LABELS, is_open, reopens
from survey_app.actions.models import FollowUp, FollowUpState, Outcome, Verdict
from survey_app.audit.operations import record_act_by
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import Refused
from survey_app.organisation.queries import council_nation


def hear_verdict(found: FollowUp, verdict: Verdict, *, now: datetime) -> None:
    """The resident's own word; said again while the link is open, the last holds. Refused when it is over."""
    lock(found)
    if found.state is not FollowUpState.CLOSED or not is_open(found.verdict_asked_at, now):
        raise Refused("The time to answer is over, or we are looking at it again already.")
    _set(found, verdict, "They say by their link", now, None)


def hear_verdict_told(found: FollowUp, verdict: Verdict, *, now: datetime, by: int) -> None:
    """What they told somebody on the phone. Refused while it is open, and where they asked not to be contacted."""
    lock(found)
    if found.state is not FollowUpState.CLOSED or found.outcome is Outcome.NOT_WANTED:
        raise Refused("A verdict is written down once it is closed.")
    record_act_by("follow-up.verdict told", found.reference, at=now, by=by, after={"verdict": verdict})
    _set(found, verdict, "They told us", now, by)


def _set(found: FollowUp, verdict: Verdict, told: str, now: datetime, by: int | None) -> None:
    is_change = found.verdict is not verdict
    found.verdict, found.verdict_at, found.verdict_due_at = verdict, now, None
    if is_change:
        note_state(found, f"{told}: was it put right? {LABELS[verdict]}.", now=now, by=by)
    if reopens(verdict, found.reopened_at) and has_details(found):
        begin(found, london_day(now), council_nation())
        keep_as_consented(found)
        found.reopened_at = now
        note_state(found, "Opened again, because it was not put right.", now=now, by=None)
    db.session.flush()
