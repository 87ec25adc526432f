"""The jobs that forget: how to reach people, and files that nobody imported."""

from __future__ import annotations

from survey_app.contacts.operations import forget_details, forget_files
from survey_app.contacts.queries import details_to_forget, files_to_forget
from survey_app.work.jobs import Job

FORGET = Job(
    "forget_details",
    "Deletes addresses and numbers that were kept long enough.",
    forget_details,
    backlog=details_to_forget,
)
FORGET_FILES = Job(
    "forget_files",
    "Deletes uploaded files that nobody imported in time.",
    forget_files,
    backlog=files_to_forget,
)
