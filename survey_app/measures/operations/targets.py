"""Sets, ends and takes back targets, and the margins within which a year counts as maintained."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from survey_app.audit.operations import record_act_by
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import Refused
from survey_app.kernel.periods import ONE_DAY, in_words
from survey_app.measures.models import (
    MaintainMargin,
    Target,
)
from survey_app.measures.queries.standing import target_history
from survey_app.measures.targets import has_held, last_day
from survey_app.statistics.target_status import Comparator


def set_target(
    measure: str,
    value: float,
    comparator: Comparator,
    valid_from: date,
    *,
    service_id: int | None = None,
    valid_to: date | None = None,
    stretch: float | None = None,
    approved_by: str = "",
    reason: str = "",
    now: datetime,
    by: int | None = None,
) -> Target:
    """What the whole council or one service should reach from a day on, until it ends or another begins.

    One that begins on the same day and has not yet held for a day is changed, and counts as entered now; one that has
    held stays in the history, and this is its correction: Refused without a reason. Values are in the measure's unit.
    """
    today = london_day(now)
    same_day = [
        each
        for each in target_history(measure, service_id)
        if each.valid_from == valid_from and (each.ended_on is None or each.ended_on >= valid_from)
    ]
    held = [each for each in same_day if has_held(valid_from, london_day(each.entered_at), today)]
    if held and not reason:
        raise Refused("There is a target from this day that has held already. To correct it, say why.")
    for each in held:
        _end(each, valid_from - ONE_DAY, reason, now=now, by=by, action="target.corrected")
    target = next((each for each in same_day if each not in held), None)
    before = None if target is None else _as_audited(target)
    if target is None:
        target = Target(measure=measure, service_id=service_id, valid_from=valid_from)
        db.session.add(target)
    target.value, target.comparator, target.valid_to, target.stretch = value, comparator, valid_to, stretch
    target.approved_by, target.reason, target.entered_at = approved_by, reason, now
    db.session.flush()
    record_act_by("target.set", measure, at=now, by=by, before=before, after=_as_audited(target))
    return target


def remove_target(target: Target, *, now: datetime, by: int | None = None) -> None:
    """Take back a target that has not held for a day, as if it had not been entered; the audit keeps that it was.

    Refused for one that has: figures were judged by it.
    """
    if has_held(target.valid_from, london_day(target.entered_at), london_day(now)):
        raise Refused("This target has held already, so it stays in the history. It can be ended.")
    before = _as_audited(target)
    db.session.delete(target)
    db.session.flush()
    record_act_by("target.removed", target.measure, at=now, by=by, before=before)


def end_target(target: Target, on: date, reason: str, *, now: datetime, by: int | None = None) -> None:
    """Let a target hold until `on`, that day included. Days that are over keep it: Refused for an earlier end."""
    end, yesterday = last_day(target.valid_to, target.ended_on), london_day(now) - ONE_DAY
    if end is not None and end <= max(on, yesterday):
        raise Refused(f"This target ends on {in_words(end)} already.")
    if on < yesterday:
        raise Refused(f"Days that are over keep their target. The earliest end is {in_words(yesterday)}.")
    if on < target.valid_from:
        raise Refused(f"It begins on {in_words(target.valid_from)}: take it back instead.")
    _end(target, on, reason, now=now, by=by, action="target.ended")


def set_margin(
    measure: str, margin: float, *, approved_by: str = "", now: datetime, by: int | None = None
) -> MaintainMargin:
    """How far a measure may fall and still count as maintained, in its own unit. Earlier ones are kept."""
    line = MaintainMargin(measure=measure, margin=margin, approved_by=approved_by, set_at=now)
    db.session.add(line)
    db.session.flush()
    after = {"measure": measure, "margin": margin, "approved_by": approved_by}
    record_act_by("margin.set", measure, at=now, by=by, after=after)
    return line


def _end(target: Target, on: date, reason: str, *, now: datetime, by: int | None, action: str) -> None:
    before = _as_audited(target)
    target.ended_on, target.end_reason, target.ended_at = on, reason, now
    db.session.flush()
    record_act_by(action, target.measure, at=now, by=by, before=before, after=_as_audited(target))


def _as_audited(target: Target) -> dict[str, Any]:
    facts = ("measure", "service_id", "value", "stretch", "comparator", "approved_by", "reason", "end_reason")
    days = ("valid_from", "valid_to", "ended_on")
    return {fact: getattr(target, fact) for fact in facts} | {
        name: None if (day := getattr(target, name)) is None else day.isoformat() for name in days
    }
