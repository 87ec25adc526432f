"""The job that brings rows under the newest of DATA_KEYS."""

from __future__ import annotations

from survey_app.privacy.keys.operations import renew_rows
from survey_app.privacy.keys.queries import rows_to_renew
from survey_app.work.jobs import Job

REENCRYPT = Job(
    "reencrypt",
    "Brings what is encrypted under the newest key, where DATA_KEYS names several.",
    renew_rows,
    backlog=rows_to_renew,
)
