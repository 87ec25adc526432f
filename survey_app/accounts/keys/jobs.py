"""That a key was used on GET is written down by whoever works on the queue."""

from __future__ import annotations

import logging
from datetime import datetime

from flask import Flask, current_app

from survey_app.accounts.keys.operations import note_use
from survey_app.extensions import transaction
from survey_app.web.limits import is_one_too_many

log = logging.getLogger(__name__)

ONCE = "1 per hour"


def init_app(app: Flask) -> None:
    """Give the queue its task. One that cannot be written is dropped: the next use tells it again."""

    @app.extensions["huey"].task(name="note_use")  # type: ignore[untyped-decorator]
    def note(key_id: int, at: str) -> None:
        with app.app_context(), transaction():
            note_use(key_id, datetime.fromisoformat(at))

    app.extensions["note_use_task"] = note


def note_use_later(key_id: int, now: datetime) -> None:
    """Put it into the queue, once an hour at most: for what changes nothing. An answer never fails for it."""
    if is_one_too_many("key used", ONCE, key=lambda: str(key_id)):
        return
    try:
        current_app.extensions["note_use_task"](key_id, now.isoformat())
    except Exception:
        log.warning("could not note that a key was used", exc_info=True)
