"""Reads ideas of staff. Every list takes the viewer's scope: missing and forbidden look alike."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from survey_app.actions.models import IdeaState, StaffIdea
from survey_app.extensions import db
from survey_app.kernel.errors import NotFound
from survey_app.organisation.queries import within
from survey_app.organisation.scope import Scope


def ideas(scope: Scope, *, most: int) -> Sequence[StaffIdea]:
    """Those that wait for an answer first, then the newest."""
    return db.session.scalars(
        select(StaffIdea)
        .where(*within(scope, StaffIdea.service_id))
        .options(
            joinedload(StaffIdea.service),
            joinedload(StaffIdea.team),
            joinedload(StaffIdea.author),
            joinedload(StaffIdea.improvement),
        )
        .order_by(StaffIdea.state != IdeaState.NEW, StaffIdea.written_at.desc(), StaffIdea.id.desc())
        .limit(most)
    ).all()


def waiting_ideas(scope: Scope) -> int:
    """How many wait for an answer."""
    waiting = select(func.count(StaffIdea.id)).where(
        StaffIdea.state == IdeaState.NEW, *within(scope, StaffIdea.service_id)
    )
    return db.session.scalar(waiting) or 0


def own_ideas(user_id: int, *, most: int) -> Sequence[StaffIdea]:
    """One's own, the newest first."""
    return db.session.scalars(
        select(StaffIdea)
        .where(StaffIdea.written_by == user_id)
        .options(joinedload(StaffIdea.service), joinedload(StaffIdea.improvement))
        .order_by(StaffIdea.written_at.desc(), StaffIdea.id.desc())
        .limit(most)
    ).all()


def idea_called(reference: str, scope: Scope) -> StaffIdea:
    """NotFound for one that is not there, or of another service."""
    return _one(StaffIdea.reference == reference, *within(scope, StaffIdea.service_id))


def own_idea(reference: str, user_id: int) -> StaffIdea:
    """One's own. NotFound for any other."""
    return _one(StaffIdea.reference == reference, StaffIdea.written_by == user_id)


def _one(*conditions: ColumnElement[bool]) -> StaffIdea:
    found = db.session.scalar(select(StaffIdea).where(*conditions))
    if found is None:
        raise NotFound("There is no such idea.")
    return found
