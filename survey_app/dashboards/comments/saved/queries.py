"""Reads saved searches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from survey_app.accounts.models import User
from survey_app.dashboards.addresses import COMMENTS
from survey_app.dashboards.models import SavedView
from survey_app.extensions import db
from survey_app.kernel.errors import NotFound

MOST_SHOWN = 100


@dataclass(frozen=True)
class SavedSearch:
    """A saved search as its list shows it."""

    reference: str
    name: str
    url: str
    is_mine: bool
    is_shared: bool
    owner: str


def saved_searches(user_id: int) -> Sequence[SavedSearch]:
    """One's own by name, then what others share."""
    rows = db.session.execute(
        select(SavedView, func.coalesce(func.nullif(User.name, ""), User.email))
        .outerjoin(User, User.id == SavedView.owner_id)
        .where(SavedView.path == COMMENTS, or_(SavedView.owner_id == user_id, SavedView.is_shared))
        .order_by(SavedView.owner_id != user_id, SavedView.name, SavedView.id)
        .limit(MOST_SHOWN)
    )
    return [
        SavedSearch(
            saved.reference,
            saved.name,
            f"{saved.path}?{saved.arguments}",
            saved.owner_id == user_id,
            saved.is_shared,
            name or "",
        )
        for saved, name in rows
    ]


def own_saved(reference: str, user_id: int) -> SavedView:
    """One's own saved search. NotFound for any other."""
    found = db.session.scalar(select(SavedView).where(SavedView.reference == reference, SavedView.owner_id == user_id))
    if found is None:
        raise NotFound("There is no such saved search of yours.")
    return found


def how_many_saved(user_id: int) -> int:
    return db.session.scalar(select(func.count()).where(SavedView.owner_id == user_id)) or 0
