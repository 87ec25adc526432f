"""That a key was used to read is written down by the worker: reading changes nothing.

Once a day and key. One that the queue loses is noted at the next use; nobody is kept out for it.
"""

from __future__ import annotations

import logging
from datetime import datetime

from flask import Flask, current_app

from survey_app.accounts.keys.operations import note_use
from survey_app.accounts.keys.queries import KeyHolder
from survey_app.extensions import transaction
from survey_app.kernel.clock import london_day
from survey_app.web.limits import is_one_too_many

TRIES, SECONDS_BETWEEN = 3, 60
ONCE = "1 per hour"  # so that the queue stays short where nobody works on it

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Give the queue its task."""

    @app.extensions["huey"].task(name="note_key_use", retries=TRIES, retry_delay=SECONDS_BETWEEN)  # type: ignore[untyped-decorator]
    def note(key_id: int, at: str) -> None:
        with app.app_context(), transaction():
            note_use(key_id, datetime.fromisoformat(at))

    app.extensions["note_key_use_task"] = note


def note_use_later(holder: KeyHolder, now: datetime) -> None:
    """Have the worker note that the key was used today, unless that is known. Never fails: the answer goes out."""
    if holder.last_used_on == london_day(now) or is_one_too_many("key used", ONCE, key=lambda: str(holder.id)):
        return
    try:
        current_app.extensions["note_key_use_task"](holder.id, now.isoformat())
    except Exception:
        log.warning("the use of key %s was not noted", holder.public, exc_info=True)
