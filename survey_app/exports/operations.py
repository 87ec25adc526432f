"""Asks for files, takes, keeps and deletes them. Nothing here commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, update

from survey_app.audit.operations import record_act_by
from survey_app.exports import queries
from survey_app.exports.models import Export, ExportPart, ExportState
from survey_app.exports.orders import Arguments, Order
from survey_app.extensions import db
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.kernel.tokens import new_reference
from survey_app.organisation.scope import Scope
from survey_app.work.jobs import wake
from survey_app.work.operations import claim, release

MAKE_EXPORTS = "make_exports"
KEPT = timedelta(days=1)
LEASE = timedelta(minutes=15)  # a workbook of a million rows is packed at the end, in one go
MOST_ATTEMPTS = 3
MOST_TAKEN = 100  # given up in one go
MOST_WAITING = 5  # of one person


def ask_for_export(order: Order, scope: Scope, *, now: datetime, by: int) -> Export:
    """Have a file made of what somebody may see now.

    InvalidInput and NotFound say what is wrong with what is asked for, Refused that too many of theirs wait already.
    """
    if order.first > london_day(now):
        raise InvalidInput("These days have not begun: there is nothing to show of them.")
    if queries.waiting_of(by) >= MOST_WAITING:
        raise Refused(f"You wait for {MOST_WAITING} files already. Ask for more once they are made.")
    queries.source_of(order, scope, site="", now=now)  # refuses what cannot be
    export = Export(
        reference=new_reference(16),
        content=order.content,
        file_format=order.file_format,
        is_long=order.is_long,
        first_on=order.first,
        last_on=order.last,
        arguments=Arguments(order.where, order.by, order.measures, scope.service_ids).as_text,
        asked_at=now,
        asked_by=by,
    )
    db.session.add(export)
    record_act_by("exports.asked", order.content.value, at=now, by=by, after=order.facts)
    db.session.flush()
    wake(MAKE_EXPORTS)
    return export


def take_next_export(worker: str, now: datetime) -> Export | None:
    """The next file that waits and that nobody makes, for this worker; what another left of it is thrown away.

    One that was begun too often without an end has failed: it is not tried for ever.
    """
    for _ in range(MOST_TAKEN):
        taken = claim(Export, Export.state == ExportState.WAITING, worker=worker, now=now, lease=LEASE, most=1)
        if not taken:
            return None
        (export,) = taken
        _delete_parts(export)
        if export.attempts <= MOST_ATTEMPTS:
            export.done = 0
            db.session.flush()
            return export
        fail(export, f"It was begun {MOST_ATTEMPTS} times and never came to an end.", now=now)
    return None


def note_progress(export_id: int, worker: str, done: int, total: int, *, now: datetime) -> bool:
    """Say how far it is, and keep it for as long again. False where it is this worker's no more."""
    mine = Export.id == export_id, Export.claimed_by == worker
    values = {"done": done, "total": total, "claimed_until": now + LEASE}
    changed = db.session.execute(update(Export).where(*mine).values(**values).returning(Export.id))
    return changed.first() is not None


def keep_part(export_id: int, worker: str, part: int, content: bytes, *, now: datetime) -> bool:
    """Store the next bytes. False where it is this worker's no more."""
    mine = Export.id == export_id, Export.claimed_by == worker
    held = update(Export).where(*mine).values(claimed_until=now + LEASE).returning(Export.id)
    if db.session.execute(held).first() is None:
        return False
    db.session.add(ExportPart(export_id=export_id, part=part, content=content))
    db.session.flush()
    return True


def finish(export: Export, *, rows: int, size: int, sha256: str, now: datetime) -> None:
    """All of it is stored: from now on it can be taken away, for a day."""
    export.state, export.size, export.sha256, export.made_at = ExportState.READY, size, sha256, now
    export.done = export.total
    export.keep_until = now + KEPT
    release(export)
    made = export.order.facts | {"rows": rows, "sha256": sha256}
    record_act_by("exports.made", export.content.value, at=now, by=export.asked_by, after=made)
    db.session.flush()


def fail(export: Export, why: str, *, now: datetime) -> None:
    """Give a file up, with the reason in words for whoever asked for it."""
    _delete_parts(export)
    export.state, export.keep_until = ExportState.FAILED, now + KEPT
    release(export, error=why)
    db.session.flush()


def forget_export(export: Export) -> None:
    """Delete a file; that it was made stays in the audit."""
    _delete_parts(export)
    db.session.execute(delete(Export).where(Export.id == export.id))


def delete_export(export: Export, *, now: datetime, by: int) -> None:
    """Whoever asked for a file wants it no more: it is deleted, or made no further."""
    record_act_by("exports.deleted", export.content.value, at=now, by=by, before=export.order.facts)
    forget_export(export)


def forget_exports_of(days: Sequence[date]) -> int:
    """Somebody whose answers count on these days was erased, or their words: no file may hold them longer.

    A file that is ready is deleted; one that is being made is begun anew, without them. How many were deleted.
    """
    deleted = 0
    for export in queries.exports_of_days(days):
        if export.state is ExportState.READY:
            forget_export(export)
            deleted += 1
        elif export.claimed_by is not None:
            _delete_parts(export)
            export.attempts = 0
            release(export)
    db.session.flush()
    return deleted


def _delete_parts(export: Export) -> None:
    db.session.execute(delete(ExportPart).where(ExportPart.export_id == export.id))
