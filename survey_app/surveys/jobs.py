"""The job that forgets files of surveys that nobody imported."""

from __future__ import annotations

from survey_app.surveys.operations.uploads import forget_survey_files
from survey_app.surveys.queries import survey_files_to_forget
from survey_app.work.jobs import Job

FORGET_SURVEY_FILES = Job(
    "forget_survey_files",
    "Deletes uploaded surveys that nobody imported within an hour.",
    forget_survey_files,
    backlog=survey_files_to_forget,
)
