"""The job that forgets how to reach people who let us contact them."""

from __future__ import annotations

from survey_app.responses.afterwards.operations import forget_consents
from survey_app.responses.afterwards.queries import consents_to_forget
from survey_app.work.jobs import Job

FORGET_CONSENTS = Job(
    "forget_consents",
    "Deletes addresses and numbers that people gave to be contacted about their answers.",
    forget_consents,
    backlog=consents_to_forget,
)
