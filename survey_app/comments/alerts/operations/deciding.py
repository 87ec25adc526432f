"""What a person does about an alert: they have seen it, and they say whether it was one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from survey_app.audit.operations import record_act_by
from survey_app.comments.alerts.models import Alert, AlertOutcome
from survey_app.comments.alerts.timing import can_undo
from survey_app.comments.redaction import redact
from survey_app.extensions import db
from survey_app.kernel.errors import Refused
from survey_app.work.jobs import wake


def acknowledge(alert: Alert, *, now: datetime, by: int) -> None:
    """Somebody has seen it and sees to it: no more letters. The first one counts; another changes nothing."""
    _lock(alert)
    if alert.acknowledged_at is None:
        alert.acknowledged_at, alert.acknowledged_by, alert.letter_due_at = now, by, None
        record_act_by("alert.acknowledged", alert.reference, at=now, by=by)
        db.session.flush()


def decide(alert: Alert, outcome: AlertOutcome, note: str, *, now: datetime, by: int) -> None:
    """It was real, or a false alarm; details of people are taken out of the note. Deciding acknowledges.

    Where it was real and its person wants to be contacted, a follow-up opens.
    """
    acknowledge(alert, now=now, by=by)
    if alert.decided_at is not None:
        raise Refused("Somebody has decided it already.")
    alert.outcome, alert.note, alert.decided_at, alert.decided_by = outcome, redact(note).text, now, by
    record_act_by("alert.decided", alert.reference, at=now, by=by, after={"outcome": outcome})
    db.session.flush()
    if outcome is AlertOutcome.REAL:
        wake("open_follow_ups")


def undo_decision(alert: Alert, *, now: datetime, by: int) -> None:
    """It waits for a decision again. Refused an hour after it was decided. A follow-up that opened stays."""
    _lock(alert)
    if not can_undo(alert.decided_at, now):
        raise Refused("A decision can be taken back for an hour.")
    before = {"outcome": alert.outcome}
    alert.outcome, alert.note, alert.decided_at, alert.decided_by = None, "", None, None
    record_act_by("alert.decision undone", alert.reference, at=now, by=by, before=before)
    db.session.flush()


def _lock(alert: Alert) -> None:
    """Of two who act at once the second sees what the first did."""
    locked = select(Alert.id).where(Alert.id == alert.id).with_for_update()
    db.session.execute(locked)
    db.session.refresh(alert)
