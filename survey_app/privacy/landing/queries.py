"""What waits of requests."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from survey_app.extensions import db
from survey_app.privacy.models import SubjectRequest


def requests_waiting() -> tuple[int, date | None]:
    """How many requests are not done, and by when the first has to be."""
    row = db.session.execute(
        select(func.count(), func.min(SubjectRequest.due_on)).where(SubjectRequest.done_at.is_(None))
    ).one()
    return row[0], row[1]
