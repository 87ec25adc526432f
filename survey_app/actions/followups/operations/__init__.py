"""Everything that writes follow-ups. Functions flush; callers commit. Steps of jobs commit by themselves.

What is done to a follow-up locks its row first, so that of two who act at once the second sees what the first did.
"""

from __future__ import annotations

from survey_app.actions.followups.operations.acting import (
    assign,
    close,
    extend_complaint,
    record_complaint_step,
    show_details,
    take_back_complaint_step,
    undo_close,
    write_note,
)
from survey_app.actions.followups.operations.forgetting import forget_details
from survey_app.actions.followups.operations.hearing import hear_verdict, hear_verdict_told
from survey_app.actions.followups.operations.opening import (
    heed_consent,
    open_follow_ups,
    open_for_alert,
    open_for_comment,
)
from survey_app.actions.followups.operations.ruling import RuleFacts, remove_owner, set_owner, set_rules
from survey_app.actions.followups.operations.writing import ask_verdicts, remind_owners

__all__ = [
    "RuleFacts",
    "ask_verdicts",
    "assign",
    "close",
    "extend_complaint",
    "forget_details",
    "hear_verdict",
    "hear_verdict_told",
    "heed_consent",
    "open_follow_ups",
    "open_for_alert",
    "open_for_comment",
    "record_complaint_step",
    "remind_owners",
    "remove_owner",
    "set_owner",
    "set_rules",
    "show_details",
    "take_back_complaint_step",
    "undo_close",
    "write_note",
]
