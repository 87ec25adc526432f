"""The jobs of asking."""

from __future__ import annotations

from survey_app.invitations.operations import draw_invitations, send_messages, take_callbacks
from survey_app.work.jobs import Job

DRAW = Job("draw_invitations", "Decides for new contacts who is asked.", draw_invitations)
SEND = Job("send_messages", "Sends invitations and reminders that are due.", send_messages, alone=False)
TAKE_CALLBACKS = Job(
    "take_callbacks",
    "Takes in what the provider says became of messages: receipts and complaints.",
    take_callbacks,
    alone=False,
)
