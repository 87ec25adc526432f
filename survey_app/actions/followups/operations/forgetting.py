"""Deleting what is known of a person once it was kept long enough."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from survey_app.actions.followups.operations.standing import forget_person
from survey_app.actions.followups.queries import is_over
from survey_app.actions.models import FollowUp
from survey_app.extensions import db, transaction

FORGET_BATCH = 100


def forget_details(now: datetime, worker: str) -> int:
    """Delete the details of follow-ups after their day, with what staff wrote down about the person; how many.

    What became of them stays.
    """
    with transaction():
        ended = db.session.scalars(
            select(FollowUp)
            .where(*is_over(now))
            .order_by(FollowUp.id)
            .limit(FORGET_BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for found in ended:
            forget_person(found)
        return len(ended)
