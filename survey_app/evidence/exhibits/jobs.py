"""The job that takes withdrawn words out of exhibits."""

from __future__ import annotations

from datetime import datetime, timedelta

from survey_app.evidence.exhibits.operations import forget_withdrawn_quotes
from survey_app.extensions import transaction
from survey_app.work.jobs import Job


def _step(now: datetime, _worker: str) -> int:
    with transaction():
        return forget_withdrawn_quotes(now)


FORGET_QUOTES = Job(
    "forget_withdrawn_quotes",
    "Takes quotes out of exhibits once their answers were withdrawn.",
    _step,
    every=timedelta(minutes=10),
)
