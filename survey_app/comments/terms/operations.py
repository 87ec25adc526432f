"""Counting the terms of comments, a service and a quarter at a time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from survey_app.comments.models import TermPart, TermTally
from survey_app.comments.terms.counting import count_terms
from survey_app.comments.terms.queries import (
    Part,
    comments_of,
    has_earlier_parts,
    parts_to_count,
    quarters_with_comments,
    written_in,
)
from survey_app.extensions import db, insert_many, reading, transaction
from survey_app.kernel.clock import london_day


def count_next_part(now: datetime) -> int:
    """Count one part that changed, and store it in one transaction; 1 if there was one. It holds the texts of one part
    at a time, and on SQLite nobody waits while it reads. Killed on the way it leaves what was there."""
    with reading(), transaction():
        quarters = quarters_with_comments(london_day(now))
        parts = [] if quarters is None else parts_to_count(quarters, now)
        is_behind = quarters is not None and has_earlier_parts(quarters)
        comments = comments_of(parts[0]) if parts else 0
        counted = count_terms(written_in(parts[0])) if parts else None
    if quarters is not None and is_behind:
        with transaction():
            for model in (TermTally, TermPart):
                db.session.execute(delete(model).where(model.starts_on < quarters.before.first))
    if counted is None:
        return 0
    with transaction():
        _replace(parts[0], comments, counted.comments, counted.terms, now)
    return 1


def _replace(part: Part, comments: int, counted: int, terms: dict[str, int], now: datetime) -> None:
    first, service = part
    for model in (TermTally, TermPart):
        db.session.execute(delete(model).where(model.starts_on == first, model.service_id == service))
    db.session.add(TermPart(starts_on=first, service_id=service, comments=comments, counted=counted, counted_at=now))
    if terms:
        place = {"starts_on": first, "service_id": service}
        insert_many(TermTally, [place | {"term": term, "comments": n} for term, n in sorted(terms.items())])
