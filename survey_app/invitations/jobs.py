"""The jobs of asking."""

from __future__ import annotations

from survey_app.contacts.queries import contacts_to_draw
from survey_app.invitations.operations import draw_invitations, retry_messages, send_messages
from survey_app.invitations.queries import given_up_messages, messages_due
from survey_app.work.backlog import GivenUp
from survey_app.work.jobs import Job

DRAW = Job("draw_invitations", "Decides for new contacts who is asked.", draw_invitations, backlog=contacts_to_draw)
SEND = Job(
    "send_messages",
    "Sends invitations and reminders that are due.",
    send_messages,
    alone=False,
    backlog=messages_due,
    given_up=GivenUp(given_up_messages, retry_messages),
)
