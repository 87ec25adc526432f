"""Whose request this is, by the key of its session, and which sessions somebody has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import g, session
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from survey_app.accounts.models import SignedInBy, StaffSession, User
from survey_app.extensions import db
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import NotFound
from survey_app.kernel.tokens import token_digest

KEY = "key"  # under which the cookie carries it


@dataclass(frozen=True)
class LiveSession:
    """The session that a request came with, as it stood when the request began."""

    id: int
    user_id: int
    signed_in_by: SignedInBy
    started_at: datetime
    last_seen_at: datetime

    @classmethod
    def of(cls, row: StaffSession) -> LiveSession:
        return cls(row.id, row.user_id, row.signed_in_by, row.started_at, row.last_seen_at)


def session_user(uniquifier: str) -> User | None:
    """The user of this request's session, when there is a live row for its key and they may still come in.

    `uniquifier` is the user's as the cookie has it: who changes it ends all sessions, whatever their rows say. The
    cookie itself says how long it was left alone: web/sessions.py takes none that is older than the idle limit.
    """
    key = session.get(KEY)
    if not isinstance(key, str):
        return None
    rows = db.session.execute(
        select(User, StaffSession)
        .join(StaffSession, StaffSession.user_id == User.id)
        .where(
            StaffSession.key_digest == token_digest(key),
            *_is_live(utc_now()),
            User.fs_uniquifier == str(uniquifier),
            User.active,
        )
        .options(joinedload(User.roles))
    )
    found = rows.unique().one_or_none()
    if found is None:
        return None
    user, row = found
    g.staff_session = LiveSession.of(row)
    return user


def current_session() -> LiveSession | None:
    """The session of whoever made this request; known once somebody asked who that is."""
    found: LiveSession | None = g.get("staff_session")
    return found


def sessions_of(user_id: int, now: datetime) -> Sequence[StaffSession]:
    """Somebody's live sessions, the one seen last first."""
    return db.session.scalars(
        select(StaffSession)
        .where(StaffSession.user_id == user_id, *_is_live(now))
        .order_by(StaffSession.last_seen_at.desc(), StaffSession.id.desc())
    ).all()


def session_of(user_id: int, reference: str) -> StaffSession:
    """One session of this user. NotFound for one that there is not, as for somebody else's."""
    found = db.session.scalar(
        select(StaffSession).where(StaffSession.user_id == user_id, StaffSession.reference == reference)
    )
    if found is None:
        raise NotFound("There is no such session.")
    return found


def _is_live(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return StaffSession.ended_at.is_(None), StaffSession.ends_at > now
