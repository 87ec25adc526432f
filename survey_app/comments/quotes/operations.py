"""Marks comments as quotes, and takes marks away. Functions flush; callers commit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from survey_app.audit.operations import record_act_by
from survey_app.comments.models import Comment, QuoteMark
from survey_app.extensions import db, upsert


def mark_quote(comment: Comment, *, now: datetime, by: int) -> bool:
    """Mark a comment as worth quoting; False where it is marked already, by whoever did it first."""
    row = {"comment_id": comment.id, "marked_by": by, "marked_at": now}
    is_new = db.session.execute(upsert(QuoteMark).values(row).on_conflict_do_nothing().returning(QuoteMark.comment_id))
    if is_new.first() is None:
        return False
    record_act_by("comment.marked as quote", comment.reference, at=now, by=by)
    return True


def unmark_quote(comment: Comment, *, now: datetime, by: int) -> bool:
    """Take the mark away; False where there is none. What evidence quotes already stays there as it was frozen."""
    gone = db.session.execute(
        delete(QuoteMark).where(QuoteMark.comment_id == comment.id).returning(QuoteMark.comment_id)
    )
    if gone.first() is None:
        return False
    record_act_by("comment.no quote any more", comment.reference, at=now, by=by)
    return True
