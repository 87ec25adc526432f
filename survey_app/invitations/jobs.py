"""The jobs of asking."""

from __future__ import annotations

from functools import partial

from survey_app.contacts.queries import contacts_to_draw
from survey_app.invitations.models import CallbackKind
from survey_app.invitations.operations import (
    draw_invitations,
    retry_callbacks,
    retry_messages,
    send_messages,
    take_callbacks,
)
from survey_app.invitations.queries import callbacks_waiting, given_up_callbacks, given_up_messages, messages_due
from survey_app.work.backlog import GivenUp
from survey_app.work.jobs import Job

_TOLD = (CallbackKind.RECEIPT, CallbackKind.COMPLAINT)

DRAW = Job("draw_invitations", "Decides for new contacts who is asked.", draw_invitations, backlog=contacts_to_draw)
SEND = Job(
    "send_messages",
    "Sends invitations and reminders that are due.",
    send_messages,
    alone=False,
    backlog=messages_due,
    given_up=GivenUp(given_up_messages, retry_messages),
)
TAKE_CALLBACKS = Job(
    "take_callbacks",
    "Takes in what the provider says became of messages: receipts and complaints.",
    take_callbacks,
    alone=False,
    backlog=partial(callbacks_waiting, kinds=_TOLD),
    given_up=GivenUp(partial(given_up_callbacks, kinds=_TOLD), partial(retry_callbacks, kinds=_TOLD)),
)
