"""The jobs of answering."""

from __future__ import annotations

from functools import partial

from survey_app.invitations.models import CallbackKind
from survey_app.invitations.operations import retry_callbacks
from survey_app.invitations.queries import callbacks_waiting, given_up_callbacks
from survey_app.responses.operations import drop_drafts, drop_replaced, take_texts
from survey_app.responses.queries import drafts_to_drop, replaced_to_drop
from survey_app.work.backlog import GivenUp
from survey_app.work.jobs import Job

_TOLD = (CallbackKind.SMS,)

TAKE_TEXTS = Job(
    "take_texts",
    "Takes in the answers and stops that people sent us as text messages.",
    take_texts,
    backlog=partial(callbacks_waiting, kinds=_TOLD),
    given_up=GivenUp(partial(given_up_callbacks, kinds=_TOLD), partial(retry_callbacks, kinds=_TOLD)),
)

DROP_DRAFTS = Job(
    "drop_drafts",
    "Drops what people saved and did not send in time; only where they broke off stays.",
    drop_drafts,
    backlog=drafts_to_drop,
)

DROP_REPLACED = Job(
    "drop_replaced",
    "Drops what an answer said before it was changed, a minute after the change.",
    drop_replaced,
    backlog=replaced_to_drop,
)
