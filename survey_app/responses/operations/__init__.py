"""Writes of this package, by what they do; they flush and never commit, but for the steps of jobs."""

from __future__ import annotations

from survey_app.responses.operations.answers import (
    LONGEST_REASON,
    NOT_ANSWERED,
    change_response,
    choices_on_path,
    last_change_at,
    quarantine,
    record_response,
    release,
    withdraw,
)
from survey_app.responses.operations.drafts import KEEP_OPEN_DRAFTS, drop_drafts, forget_draft, save_draft
from survey_app.responses.operations.occasions import Occasion, by_link, facts_known, invited
from survey_app.responses.operations.replacing import drop_replaced
from survey_app.responses.operations.reviewing import keep_held, review_again
from survey_app.responses.operations.submitting import Outcome, Submission, submit
from survey_app.responses.operations.texts import take_texts

__all__ = [
    "KEEP_OPEN_DRAFTS",
    "LONGEST_REASON",
    "NOT_ANSWERED",
    "Occasion",
    "Outcome",
    "Submission",
    "by_link",
    "change_response",
    "choices_on_path",
    "drop_drafts",
    "drop_replaced",
    "facts_known",
    "forget_draft",
    "invited",
    "keep_held",
    "last_change_at",
    "quarantine",
    "record_response",
    "release",
    "review_again",
    "save_draft",
    "submit",
    "take_texts",
    "withdraw",
]
