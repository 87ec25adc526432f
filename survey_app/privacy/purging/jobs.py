"""The jobs that delete: what was kept long enough, once a day; and, after somebody was erased, what the file of the
database still holds of them."""

from __future__ import annotations

from datetime import datetime

from flask import current_app

from survey_app.extensions import transaction
from survey_app.kernel.clock import london_day
from survey_app.privacy.people.operations import scrub
from survey_app.privacy.purging.operations import purge
from survey_app.privacy.purging.queries import erasures_in_the_file, still_in_the_file
from survey_app.work.jobs import Job

_DONE_ON = "purged_on"
SCRUB = "scrub_database"


def purge_today(now: datetime, worker: str) -> int:
    """One batch a step. A process that has found nothing more looks again the next day: looking through all tables
    every minute would cost more than it is worth."""
    if current_app.extensions.get(_DONE_ON) == london_day(now):
        return 0
    for _code, done in purge(now, worker):
        return done
    current_app.extensions[_DONE_ON] = london_day(now)
    return 0


def scrub_after_erasure(now: datetime, _worker: str) -> int:
    """Make the file of the database anew when somebody was erased since that was last done. A larger one waits for
    `flask privacy scrub`, which the list of jobs and the pages of requests say."""
    with transaction():
        left = still_in_the_file()
    if left.erasures and not left.is_too_large:
        scrub(now, actor_kind="job")
    return 0


PURGE = Job("purge_data", "Deletes each class of data once it was kept long enough.", purge_today)
SCRUB_DATABASE = Job(
    SCRUB,
    "Makes the file of the database anew after somebody was erased, so that it holds nothing of them; above 1 GB "
    "`flask privacy scrub` does, at a quiet hour.",
    scrub_after_erasure,
    backlog=erasures_in_the_file,
)
