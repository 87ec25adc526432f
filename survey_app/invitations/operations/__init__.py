"""Writes of this package, by what they do; they flush and never commit, but for the steps of jobs."""

from __future__ import annotations

from survey_app.invitations.operations.drawing import draw_invitations
from survey_app.invitations.operations.noting import SEND_LEASE
from survey_app.invitations.operations.outcomes import call_off_messages, mark_answered, mark_open
from survey_app.invitations.operations.own_texts import (
    WrittenMeanwhile,
    set_bilingual,
    undo_text,
    write_text,
)
from survey_app.invitations.operations.receipts import note_receipt, note_undeliverable, take_callbacks
from survey_app.invitations.operations.retrying import retry_callbacks, retry_messages
from survey_app.invitations.operations.sending import send_messages
from survey_app.invitations.operations.stop_list import import_stops, import_uploaded_stops, write_stops
from survey_app.invitations.operations.stopping import (
    record_stop,
    stop_asking,
    stop_people,
    undo_imported_stops,
    undo_recorded_stop,
    undo_stop_on_page,
)
from survey_app.invitations.operations.tokens import fresh_code
from survey_app.invitations.operations.trying import send_test_message, send_test_text
from survey_app.invitations.operations.windows import remove_window, set_window

__all__ = [
    "SEND_LEASE",
    "WrittenMeanwhile",
    "call_off_messages",
    "draw_invitations",
    "fresh_code",
    "import_stops",
    "import_uploaded_stops",
    "mark_answered",
    "mark_open",
    "note_receipt",
    "note_undeliverable",
    "record_stop",
    "remove_window",
    "retry_callbacks",
    "retry_messages",
    "send_messages",
    "send_test_message",
    "send_test_text",
    "set_bilingual",
    "set_window",
    "stop_asking",
    "stop_people",
    "take_callbacks",
    "undo_imported_stops",
    "undo_recorded_stop",
    "undo_stop_on_page",
    "undo_text",
    "write_stops",
    "write_text",
]
