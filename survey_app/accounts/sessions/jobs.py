"""When a session was last seen is written down by whoever works on the queue; old sessions are forgotten."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from flask import Flask, current_app

from survey_app.accounts.sessions.operations import forget_sessions, note_seen
from survey_app.accounts.sessions.queries import LiveSession
from survey_app.extensions import transaction
from survey_app.web.limits import is_one_too_many
from survey_app.work.jobs import Job

log = logging.getLogger(__name__)

BETWEEN = timedelta(minutes=1)
ONCE = "1 per minute"

FORGET_SESSIONS = Job(
    "forget_sessions",
    "Deletes sessions of staff that were over more than 90 days ago.",
    forget_sessions,
    every=timedelta(hours=1),
)


def init_app(app: Flask) -> None:
    """Give the queue its task. One that cannot be written is dropped: the next page tells it again."""

    @app.extensions["huey"].task(name="note_seen")  # type: ignore[untyped-decorator]
    def note(session_id: int, at: str) -> None:
        with app.app_context(), transaction():
            note_seen(session_id, datetime.fromisoformat(at))

    app.extensions["note_seen_task"] = note


def note_seen_later(seen: LiveSession, now: datetime) -> None:
    """Put it into the queue, once a minute at most, worker or no worker. A page never fails for it."""
    if now - seen.last_seen_at < BETWEEN or is_one_too_many("session seen", ONCE, key=lambda: str(seen.id)):
        return
    try:
        current_app.extensions["note_seen_task"](seen.id, now.isoformat())
    except Exception:
        log.warning("could not note that a session was seen", exc_info=True)
