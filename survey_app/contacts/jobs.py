"""The job that forgets how to reach people."""

from __future__ import annotations

from survey_app.contacts.operations import forget_details
from survey_app.work.jobs import Job

FORGET = Job("forget_details", "Deletes addresses and numbers that were kept long enough.", forget_details)
