"""Begins new ranges of control charts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from survey_app.audit.operations import record_act_by
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import Refused
from survey_app.measures.models import (
    Rebase,
)
from survey_app.measures.queries.control import control_entries, rebases
from survey_app.measures.rebasing import refusal
from survey_app.organisation.models import Service


def rebase(
    measure: str, service: str | None, month: date, reason: str, *, now: datetime, by: int | None = None
) -> Rebase:
    """Begin a new usual range of a measure with a month, for a service (its code) or for the whole council.

    Refused with a sentence where the rules of MEASURES.md 7.7 forbid it; NotFound for a service that is none.
    """
    month, reason, lines = month.replace(day=1), reason.strip(), rebases(measure, service)
    entries = control_entries(measure, service, now=now)
    others = [line.month for line in lines]
    if problem := refusal(month, reason, entries=entries, others=others, today=london_day(now)):
        raise Refused(problem)
    service_id = (
        None if service is None else db.session.scalars(select(Service.id).where(Service.code == service)).one()
    )
    line = Rebase(measure=measure, service_id=service_id, month=month, reason=reason, entered_by=by, entered_at=now)
    db.session.add(line)
    db.session.flush()
    record_act_by("rebase.set", measure, at=now, by=by, after=_rebase_as_audited(line))
    return line


def undo_rebase(line: Rebase, *, now: datetime, by: int | None = None) -> None:
    """Take a new range back; the audit keeps that it was."""
    before = _rebase_as_audited(line)
    db.session.delete(line)
    db.session.flush()
    record_act_by("rebase.undone", line.measure, at=now, by=by, before=before)


def _rebase_as_audited(line: Rebase) -> dict[str, Any]:
    return {
        "measure": line.measure,
        "service_id": line.service_id,
        "month": line.month.isoformat(),
        "reason": line.reason,
        "entered_at": line.entered_at.isoformat(),
    }
