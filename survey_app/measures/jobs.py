"""The job that keeps the change feed short."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from survey_app.extensions import transaction
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import Refused
from survey_app.measures import operations
from survey_app.measures.queries.cells import lines_to_fold
from survey_app.work.jobs import Job, worker_name
from survey_app.work.operations import claim_job, release

LEASE = timedelta(minutes=30)


def _fold(_now: datetime, _worker: str) -> int:
    with transaction():
        return operations.fold() + operations.recount_parts()


FOLD = Job(
    "fold_tallies",
    "Brings the tallies up to what was answered, asked and taken in.",
    _fold,
    backlog=lines_to_fold,
)


@contextmanager
def instead_of_the_fold() -> Iterator[None]:
    """Hold the fold's lease, so that nothing else touches the tallies in here. Refused while the fold runs."""
    with transaction():
        run = claim_job(FOLD.name, worker=worker_name(), now=utc_now(), lease=LEASE)
        if run is None:
            raise Refused("The tallies are being worked on just now. Try again in a minute.")
    try:
        yield
    finally:
        with transaction():
            release(run)
