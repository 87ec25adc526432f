"""The job that counts words."""

from __future__ import annotations

from datetime import datetime

from survey_app.comments.terms.operations import count_next_part
from survey_app.work.jobs import Job


def _step(now: datetime, _worker: str) -> int:
    return count_next_part(now)


COUNT_TERMS = Job("count_terms", "Counts in how many comments words stand, this quarter and the last.", _step)
