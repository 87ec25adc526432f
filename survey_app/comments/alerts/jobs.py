"""The jobs of alerts."""

from __future__ import annotations

from survey_app.comments.alerts.operations import retry_letters, send_alerts, watch_texts
from survey_app.comments.alerts.queries import given_up_letters, letters_due, texts_waiting
from survey_app.work.backlog import GivenUp
from survey_app.work.jobs import Job

WATCH = Job(
    "watch_texts",
    "Looks for alerts in what was written and becomes no comment.",
    watch_texts,
    backlog=texts_waiting,
)
SEND = Job(
    "send_alerts",
    "Tells the inbox of a kind of alert that there is one, and again when nobody acknowledges it.",
    send_alerts,
    alone=False,
    backlog=letters_due,
    given_up=GivenUp(given_up_letters, retry_letters),
)
