"""What staff do about one follow-up. Each act is audited, without a word about the person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from survey_app.accounts.models import User
from survey_app.actions.followups.causes import CAUSES
from survey_app.actions.followups.complaints import timetable, with_extension, with_step, without_last_step
from survey_app.actions.followups.notes import NoteKind
from survey_app.actions.followups.operations.standing import keep_as_consented, lock, note_state, remind_again
from survey_app.actions.followups.outcomes import LABELS
from survey_app.actions.followups.queries import details_of, follow_up_rules, has_details, possible_owners
from survey_app.actions.followups.verdicts import asked_at, can_undo
from survey_app.actions.models import FollowUp, FollowUpNote, FollowUpState, Outcome
from survey_app.audit.operations import record_act_by
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.organisation.queries import council_nation

KEPT_CLOSED_DAYS = 30  # details, after closing: for the resident's verdict, and for a second look
IS_CLOSED = "This follow-up is closed: write a note."
NOTHING_KEPT = "How to reach this person is deleted, and no note about them is kept any more."
NO_COMPLAINT = "This follow-up did not go on as a complaint."


def show_details(found: FollowUp, *, now: datetime, by: int) -> Mapping[str, str]:
    """How to reach the person, decrypted, with an audit line for each look: name, email, phone, where known.

    Empty once they are deleted.
    """
    record_act_by("follow-up.details shown", found.reference, at=now, by=by)
    return details_of(found)


def write_note(found: FollowUp, kind: NoteKind, text: str, *, now: datetime, by: int) -> None:
    """Write down that somebody tried, reached the person, or anything else.

    The first call or letter keeps the promise, reached or not; only reaching somebody is being in touch. Refused for a
    try about a closed one.
    """
    lock(found)
    _check_text(found, text)
    if kind is not NoteKind.NOTE:
        if found.state is FollowUpState.CLOSED:
            raise Refused(IS_CLOSED)
        found.first_contact_at = found.first_contact_at or now
        if kind is NoteKind.REACHED:
            found.state = FollowUpState.IN_TOUCH
        remind_again(found, london_day(now))
    db.session.add(FollowUpNote(follow_up_id=found.id, at=now, by=by, what=kind, text=text))
    _record(found, "noted", now, by, after={"what": kind})


@dataclass(frozen=True)
class Closing:
    """How a follow-up ends. `complaint_reference` is that of the council's own system, where it goes on there."""

    outcome: Outcome
    cause: str
    text: str = ""
    complaint_reference: str = ""


def close(found: FollowUp, closing: Closing, *, now: datetime, by: int) -> None:
    """It ended. An hour later the person is asked whether it was put right, where that is wanted and we know an e-mail
    address; what we know of them is deleted 30 days from now at the latest.
    """
    if closing.cause not in CAUSES:
        raise InvalidInput("Choose what was behind it.")
    lock(found)
    if found.state is FollowUpState.CLOSED:
        raise Refused("Somebody has closed it already.")
    _check_text(found, closing.text)
    found.state, found.closed_at, found.remind_on = FollowUpState.CLOSED, now, None
    found.outcome, found.cause = closing.outcome, closing.cause
    found.keep_until = min(found.keep_until, london_day(now) + timedelta(days=KEPT_CLOSED_DAYS))
    found.verdict = found.verdict_at = found.verdict_asked_at = None
    found.verdict_due_at = asked_at(
        now, closing.outcome, is_wanted=follow_up_rules().asks_for_verdict, has_email="email" in details_of(found)
    )
    found.attempts = 0
    if closing.outcome is Outcome.COMPLAINT:
        found.complaint_reference, found.complaint_made_on = closing.complaint_reference, london_day(now)
        found.complaint_stage, found.complaint_dates = 1, {}
    note_state(found, f"Closed: {LABELS[closing.outcome].lower()}. {CAUSES[closing.cause]}.", now=now, by=by)
    if closing.text:
        db.session.add(FollowUpNote(follow_up_id=found.id, at=now, by=by, what=NoteKind.NOTE, text=closing.text))
    _record(found, "closed", now, by, after={"outcome": closing.outcome, "cause": closing.cause})


def undo_close(found: FollowUp, *, now: datetime, by: int) -> None:
    """It is open as it was. Refused an hour after it was closed, and once nobody knows how to reach its person."""
    lock(found)
    if not can_undo(found.closed_at, now) or not has_details(found):
        raise Refused("It can be opened again for an hour after it was closed. Write a note instead.")
    was_reached = any(note.what == NoteKind.REACHED for note in found.notes)
    found.state = FollowUpState.IN_TOUCH if was_reached else FollowUpState.NEW
    found.closed_at = found.outcome = found.cause = found.verdict_due_at = None
    found.complaint_reference, found.complaint_made_on = "", None
    found.complaint_stage = found.complaint_dates = None
    keep_as_consented(found)
    remind_again(found, london_day(now))
    note_state(found, "Opened again: it was closed by mistake.", now=now, by=by)
    _record(found, "opened again", now, by)


def assign(found: FollowUp, owner_id: int, *, now: datetime, by: int) -> User:
    """Give it to somebody who may follow up for its service. InvalidInput for anybody else."""
    owner = next((user for user in possible_owners(found.service_id) if user.id == owner_id), None)
    if owner is None:
        raise InvalidInput("Choose somebody who follows up for this service.")
    lock(found)
    before = found.owner_id
    if before != owner.id:
        found.owner_id = owner.id
        note_state(found, f"Given to {owner.name or owner.email}.", now=now, by=by)
        _record(found, "owner set", now, by, after={"owner": owner.id}, before={"owner": before})
    return owner


def record_complaint_step(found: FollowUp, key: str, done_on: date, *, now: datetime, by: int) -> None:
    """Write down a step of the complaint. InvalidInput for one that is not next, or on a day it cannot have been."""
    lock(found)
    nation = council_nation()
    _set_dates(
        found,
        with_step(_made_on(found), found.complaint_dates or {}, key, done_on, nation=nation, today=london_day(now)),
        nation,
    )
    _record(found, "complaint step", now, by, after={"step": key, "on": done_on.isoformat()})


def extend_complaint(found: FollowUp, days: int, *, now: datetime, by: int) -> None:
    """Put the reply that is due off by working days; InvalidInput for more than the stage allows."""
    lock(found)
    nation = council_nation()
    _set_dates(found, with_extension(_made_on(found), found.complaint_dates or {}, days, nation), nation)
    _record(found, "complaint extended", now, by, after={"working_days": days})


def take_back_complaint_step(found: FollowUp, *, now: datetime, by: int) -> None:
    """The last step was written down by mistake."""
    lock(found)
    nation, before = council_nation(), found.complaint_dates or {}
    after = without_last_step(_made_on(found), before, nation)
    _set_dates(found, after, nation)
    _record(
        found, "complaint step taken back", now, by, after={"steps": sorted(after)}, before={"steps": sorted(before)}
    )


def _check_text(found: FollowUp, text: str) -> None:
    """What is typed about a person is kept no longer than how to reach them."""
    if text and not has_details(found):
        raise Refused(NOTHING_KEPT)


def _made_on(found: FollowUp) -> date:
    if found.complaint_made_on is None:
        raise Refused(NO_COMPLAINT)
    return found.complaint_made_on


def _set_dates(found: FollowUp, dates: dict[str, str | int], nation: str) -> None:
    found.complaint_dates = dates
    found.complaint_stage = timetable(_made_on(found), dates, nation).stage


def _record(
    found: FollowUp,
    what: str,
    now: datetime,
    by: int,
    *,
    after: dict[str, object] | None = None,
    before: dict[str, object] | None = None,
) -> None:
    record_act_by(f"follow-up.{what}", found.reference, at=now, by=by, before=before, after=after)
    db.session.flush()
