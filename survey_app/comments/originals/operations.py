"""Opening an original."""

from __future__ import annotations

from datetime import datetime

from cryptography.fernet import InvalidToken

from survey_app.audit.operations import record_act_by
from survey_app.comments.models import Comment
from survey_app.comments.originals.reasons import Reason
from survey_app.comments.redaction import redact


def open_original(comment: Comment, reason: Reason, words: str, *, now: datetime, by: int) -> str | None:
    """What was written, with an audit line for each look: who, which comment and why, never a word of the text.

    None where it can be read no longer. What is typed as a reason is kept redacted.
    """
    after = {"reason": reason.value, "words": redact(words).text}
    record_act_by("comment.original opened", comment.reference, at=now, by=by, after=after)
    try:
        return comment.answer_text.raw or None
    except InvalidToken:
        return None
