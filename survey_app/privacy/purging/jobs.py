"""The jobs that delete: what was kept long enough, once a day; and, after somebody was erased, what the file of the
database still holds of them."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy import exists, select

from survey_app.extensions import db, transaction
from survey_app.kernel.clock import london_day
from survey_app.privacy.models import RequestKind, SubjectRequest
from survey_app.privacy.people.operations import scrub
from survey_app.privacy.people.operations.scrubbing import database_bytes
from survey_app.privacy.purging.operations import purge
from survey_app.work.jobs import Job
from survey_app.work.models import JobRun

_DONE_ON = "purged_on"
SCRUB = "scrub_database"
MOST_BYTES = 1_000_000_000  # a larger file takes longer than a writer waits: `flask privacy erase` does it


def purge_today(now: datetime, worker: str) -> int:
    """One batch a step. A process that has found nothing more looks again the next day: looking through all tables
    every minute would cost more than it is worth."""
    if current_app.extensions.get(_DONE_ON) == london_day(now):
        return 0
    for _code, done in purge(now, worker):
        return done
    current_app.extensions[_DONE_ON] = london_day(now)
    return 0


def scrub_after_erasure(_now: datetime, _worker: str) -> int:
    """Make the file of the database anew when somebody was erased since this last ran."""
    with transaction():
        run = db.session.get(JobRun, SCRUB)
        erased = (SubjectRequest.kind == RequestKind.ERASURE, SubjectRequest.done_at.is_not(None))
        since = () if run is None or run.finished_at is None else (SubjectRequest.done_at > run.finished_at,)
        is_wanted = db.session.scalar(select(exists().where(*erased, *since)))
        size = database_bytes() or 0
    if is_wanted and size <= MOST_BYTES:
        scrub()
    return 0


PURGE = Job("purge_data", "Deletes each class of data once it was kept long enough.", purge_today)
SCRUB_DATABASE = Job(
    SCRUB,
    "Makes the file of the database anew after somebody was erased, so that it holds nothing of them.",
    scrub_after_erasure,
)
