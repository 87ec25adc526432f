"""What several acts on one follow-up share: its lock, its dates, its history, and what of it points at a person."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import update

from survey_app.actions.followups.due import due_days, next_reminder
from survey_app.actions.followups.notes import TYPED, NoteKind
from survey_app.actions.followups.queries import consent_kept_until, follow_up_rules
from survey_app.actions.models import FollowUp, FollowUpNote, FollowUpState
from survey_app.extensions import db
from survey_app.organisation.queries import council_nation


def lock(found: FollowUp) -> None:
    """Whoever else acts on this follow-up waits, and then sees what became of it."""
    db.session.flush()
    db.session.refresh(found, with_for_update={"of": FollowUp})


def begin(found: FollowUp, asked_on: date, nation: str) -> None:
    """New, with its days counted from the one on which contact was asked for."""
    rules = follow_up_rules()
    due = due_days(asked_on, contact_days=rules.first_contact_days, close_days=rules.close_days, nation=nation)
    found.state, found.contact_due_on, found.close_due_on = FollowUpState.NEW, due.contact_on, due.close_on
    found.first_contact_at = found.closed_at = found.outcome = found.cause = None
    found.complaint_made_on = found.complaint_stage = found.complaint_dates = None
    found.complaint_reference = ""
    found.verdict_due_at, found.attempts = None, 0
    found.remind_on = next_reminder(due.contact_on, nation)


def remind_again(found: FollowUp, today: date) -> None:
    """From now on the owner is reminded of what is due now; never twice of the same on one day."""
    is_waiting = found.state is FollowUpState.NEW and found.first_contact_at is None
    due_on = found.contact_due_on if is_waiting else found.close_due_on
    found.remind_on = next_reminder(due_on, council_nation(), after=today)
    found.attempts = 0


def keep_as_consented(found: FollowUp) -> None:
    """Details are kept as long as the person was told when they gave them."""
    found.keep_until = consent_kept_until(found.response_id) or found.keep_until


def note_state(found: FollowUp, words: str, *, now: datetime, by: int | None) -> None:
    """A line of its history, in words of ours: nothing personal stands in it."""
    db.session.add(FollowUpNote(follow_up_id=found.id, at=now, by=by, what=NoteKind.STATE, text=words))


def forget_person(found: FollowUp) -> None:
    """Delete how to reach them, the link that was sent to them, and what was written down about them."""
    found.details = found.verdict_token_sha256 = found.verdict_due_at = None
    db.session.execute(
        update(FollowUpNote)
        .where(FollowUpNote.follow_up_id == found.id, FollowUpNote.what.in_(TYPED))
        .values(text="")
        .execution_options(synchronize_session=False)
    )
    db.session.expire(found, ["notes"])
