"""The job that writes about complaints."""

from __future__ import annotations

from survey_app.privacy.complaints.operations import send_letters
from survey_app.privacy.complaints.queries import letters_to_send
from survey_app.work.jobs import Job

SEND_COMPLAINT_LETTERS = Job(
    "send_complaint_letters",
    "Tells the council of complaints about data, and people that we have theirs and what came of it.",
    send_letters,
    alone=False,
    backlog=letters_to_send,
)
