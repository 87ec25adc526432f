"""The jobs about assessors: pages they opened are written down, and forgotten after three years; who is answered
hears of it.

A page waits in the queue until it is written down: a worker that is killed loses the one in its hands at most, a power
failure what waited. One that cannot be written, as in a busy database, is tried again for half an hour.
"""

from __future__ import annotations

from datetime import datetime

from flask import Flask, current_app

from survey_app.evidence.assessors.operations import forget_lines, note_page, tell_of_comments
from survey_app.extensions import transaction
from survey_app.work.jobs import Job

TRIES, SECONDS_BETWEEN = 30, 60

TELL_OF_COMMENTS = Job(
    "tell_of_comments",
    "Tells CSE leads of assessors’ new comments and assessors of answers, once a day at most.",
    tell_of_comments,
)
FORGET_ACCESS_LINES = Job(
    "forget_access_lines",
    "Deletes which pages assessors opened more than three years ago.",
    forget_lines,
)


def init_app(app: Flask) -> None:
    """Give the queue its task: a page is read without writing, so whoever works on the queue writes it down."""

    @app.extensions["huey"].task(name="note_page", retries=TRIES, retry_delay=SECONDS_BETWEEN)  # type: ignore[untyped-decorator]
    def note(access_id: int, at: str, path: str) -> None:
        with app.app_context(), transaction():
            note_page(access_id, datetime.fromisoformat(at), path)

    app.extensions["note_page_task"] = note


def note_later(access_id: int, at: datetime, path: str) -> None:
    """Put it into the queue; without a worker it waits there for the next. Raises where the queue cannot be reached."""
    current_app.extensions["note_page_task"](access_id, at.isoformat(), path)
