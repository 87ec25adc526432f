"""Passes praise on, and takes it back. Functions flush; callers commit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from survey_app.actions.models import PassedPraise
from survey_app.audit.operations import record_act_by
from survey_app.comments.models import Comment
from survey_app.extensions import db
from survey_app.kernel.characters import fit
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.kernel.tokens import new_reference

LONGEST_NOTE = 300


def pass_on(comment: Comment, note: str, *, now: datetime, by: int) -> PassedPraise:
    """Show a comment to the team that its answer is about. Passed on twice, it stays as it was the first time.

    Refused where nobody knows the team; InvalidInput for a note that is too long.
    """
    note = " ".join(fit(note).split())
    if len(note) > LONGEST_NOTE:
        raise InvalidInput(f"The note must be {LONGEST_NOTE} characters or fewer.")
    team_id = comment.response.team_id
    if team_id is None:
        raise Refused("Nobody knows which team this comment is about, so it cannot be passed on.")
    found = db.session.scalar(
        select(PassedPraise).where(PassedPraise.comment_id == comment.id, PassedPraise.team_id == team_id)
    )
    if found is not None:
        return found
    passed = PassedPraise(
        reference=new_reference(), comment_id=comment.id, team_id=team_id, note=note, passed_at=now, passed_by=by
    )
    db.session.add(passed)
    db.session.flush()
    record_act_by("praise.passed on", comment.reference, at=now, by=by)
    return passed


def take_back(passed: PassedPraise, *, now: datetime, by: int) -> None:
    """Undo of `pass_on`."""
    record_act_by("praise.taken back", passed.comment.reference, at=now, by=by)
    db.session.delete(passed)
    db.session.flush()
