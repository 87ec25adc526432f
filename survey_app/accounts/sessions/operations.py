"""Sessions begin, are seen, end and are forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import CursorResult, delete, select, update

from survey_app.accounts.models import SignedInBy, StaffSession, User
from survey_app.audit.operations import record_act
from survey_app.extensions import db, transaction
from survey_app.kernel.tokens import new_reference, new_token, token_digest
from survey_app.settings import Settings

KEPT_DAYS = 90
_AT_ONCE = 1_000  # rows a step deletes


def begin_session(user: User, way: SignedInBy, *, device: str, now: datetime) -> tuple[StaffSession, str]:
    """Note that somebody signed in; beside the row the key of their session, which is nowhere else in clear."""
    settings: Settings = current_app.extensions["settings"]
    key = new_token()
    row = StaffSession(
        reference=new_reference(),
        key_digest=token_digest(key),
        user_id=user.id,
        signed_in_by=way,
        device=device,
        started_at=now,
        last_seen_at=now,
        ends_at=now + timedelta(hours=settings.session_hours),
    )
    db.session.add(row)
    db.session.flush()
    return row, key


def end_session(session: StaffSession, *, now: datetime, by: int | None) -> None:
    """From now on its cookie is worth nothing. Ending one that has ended changes nothing."""
    if session.ended_at is not None:
        return
    session.ended_at, session.ended_by = now, by
    _record(session.user_id, 1, now, by)
    db.session.flush()


def end_all_sessions(user_id: int, *, now: datetime, by: int | None, but: int | None = None) -> int:
    """End every session of this user that has not ended, apart from the one with the id `but`; how many."""
    ended = db.session.execute(
        update(StaffSession)
        .where(StaffSession.user_id == user_id, StaffSession.ended_at.is_(None), StaffSession.ends_at > now)
        .where(StaffSession.id != (but or 0))
        .values(ended_at=now, ended_by=by),
        execution_options={"synchronize_session": "fetch"},
    )
    number = _count(ended)
    if number:
        _record(user_id, number, now, by)
    return number


def leave_session(session_id: int, *, now: datetime, by: int) -> None:
    """Somebody signed out, or signed in again: the row has its end. Nothing for the audit to say."""
    db.session.execute(
        update(StaffSession)
        .where(StaffSession.id == session_id, StaffSession.ended_at.is_(None))
        .values(ended_at=now, ended_by=by)
    )


def note_seen(session_id: int, at: datetime) -> None:
    """Its person opened a page then. Called by the worker, never on GET."""
    db.session.execute(
        update(StaffSession)
        .where(StaffSession.id == session_id, StaffSession.last_seen_at < at)
        .values(last_seen_at=at),
        execution_options={"synchronize_session": False},
    )


def forget_sessions(now: datetime, _worker: str) -> int:
    """Delete sessions that were over 90 days ago; how many, a thousand at most."""
    with transaction():
        old = select(StaffSession.id).where(StaffSession.ends_at < now - timedelta(days=KEPT_DAYS)).limit(_AT_ONCE)
        gone = db.session.execute(
            delete(StaffSession).where(StaffSession.id.in_(old)), execution_options={"synchronize_session": False}
        )
    return _count(gone)


def _count(result: object) -> int:
    assert isinstance(result, CursorResult)
    return result.rowcount


def _record(user_id: int, number: int, now: datetime, by: int | None) -> None:
    record_act(
        "sessions ended",
        f"user {user_id}",
        at=now,
        actor_kind="system" if by is None else "user",
        actor_id=None if by is None else str(by),
        after={"sessions": number},
    )
