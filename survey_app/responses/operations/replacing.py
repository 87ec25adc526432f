"""Keeping for a while what a change replaced, so that a change that was a machine's can be undone.

Whether it was shows only when the next answer comes. What stood before the first of several is kept, through a
correction as well, and is put back when they turn out not to be a person's.
"""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy import delete, select, update

from survey_app.extensions import db, transaction
from survey_app.responses.given import GivenAnswers
from survey_app.responses.models import ReplacedAnswer, SurveyResponse
from survey_app.responses.operations.answers import change_back, given_in
from survey_app.responses.queries import replaced_by_change
from survey_app.responses.suspicion import UNDONE_WITHIN

_AT_ONCE = 500


def keep_replaced(response: SurveyResponse, *, is_correction: bool, now: datetime) -> None:
    """Keep what an answer says, which is about to be changed. Of what is only corrected nothing is kept, but what stood
    before it is kept on. It stays until it is put back, taken back, or dropped after UNDONE_WITHIN."""
    if is_correction:
        if (replaced := replaced_by_change(response)) is not None:
            db.session.execute(update(ReplacedAnswer).where(ReplacedAnswer.id == replaced.id).values(last_at=now))
        return
    _drop(response)
    content = json.dumps(given_in(response).as_document())
    db.session.add(
        ReplacedAnswer(
            response_id=response.id, given=content, changed_at=response.changed_at, first_at=now, last_at=now
        )
    )


def put_back(response: SurveyResponse, replaced: ReplacedAnswer, *, now: datetime) -> None:
    """Let what was replaced stand again, with its choices and texts. What is kept of it is deleted."""
    given = GivenAnswers.from_document(json.loads(replaced.given))
    change_back(response, given, changed_at=replaced.changed_at, now=now)
    _drop(response)


def drop_replaced(now: datetime, _worker: str) -> int:
    """Drop what was kept of answers whose change has stood for UNDONE_WITHIN; how many."""
    with transaction():
        over = (
            select(ReplacedAnswer.id)
            .where(ReplacedAnswer.last_at <= now - UNDONE_WITHIN)
            .order_by(ReplacedAnswer.id)
            .limit(_AT_ONCE)
        )
        due = db.session.scalars(over).all()
        db.session.execute(
            delete(ReplacedAnswer).where(ReplacedAnswer.id.in_(due), ReplacedAnswer.last_at <= now - UNDONE_WITHIN),
            execution_options={"synchronize_session": False},
        )
    return len(due)


def _drop(response: SurveyResponse) -> None:
    db.session.execute(delete(ReplacedAnswer).where(ReplacedAnswer.response_id == response.id))
