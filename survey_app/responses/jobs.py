"""The jobs of answering."""

from __future__ import annotations

from survey_app.responses.operations import take_texts
from survey_app.work.jobs import Job

TAKE_TEXTS = Job("take_texts", "Takes the answers and stops that people sent us as text messages.", take_texts)
