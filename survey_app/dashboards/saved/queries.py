"""Reads views. Whoever may not open a view's page, or sees none of the services that it names, finds no such view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from survey_app.accounts.models import User
from survey_app.dashboards.models import HomeView, SavedView
from survey_app.dashboards.saved.pages import Asking
from survey_app.extensions import db
from survey_app.kernel.errors import NotFound
from survey_app.organisation.models import Service
from survey_app.organisation.scope import Scope

MOST_SHOWN = 200


@dataclass(frozen=True)
class Reader:
    """Whoever looks for views: their number, their services, and which pages they may open."""

    user_id: int
    scope: Scope
    may_open: Callable[[str], bool]


@dataclass(frozen=True)
class KeptView:
    """A view as its list shows it."""

    reference: str
    name: str
    asking: Asking
    is_mine: bool
    is_shared: bool
    is_home: bool
    owner: str

    @property
    def url(self) -> str:
        return self.asking.address


def kept_views(reader: Reader, path: str | None = None) -> Sequence[KeptView]:
    """One's own by name, then what others share; of one page alone where its path is given."""
    rows = db.session.execute(
        select(SavedView, func.coalesce(func.nullif(User.name, ""), User.email), HomeView.user_id)
        .outerjoin(User, User.id == SavedView.owner_id)
        .outerjoin(HomeView, (HomeView.view_id == SavedView.id) & (HomeView.user_id == reader.user_id))
        .where(_of(reader.user_id), *([] if path is None else [SavedView.path == path]))
        .order_by(SavedView.owner_id != reader.user_id, SavedView.name, SavedView.id)
        .limit(MOST_SHOWN)
    ).all()
    outside = _outside(reader.scope) if rows else frozenset()
    return [
        KeptView(
            saved.reference,
            saved.name,
            asking_of(saved),
            is_mine,
            saved.is_shared,
            home is not None,
            owner or "a colleague",
        )
        for saved, owner, home in rows
        if (is_mine := saved.owner_id == reader.user_id) or _is_seen(saved, reader, outside)
    ]


def asking_of(saved: SavedView) -> Asking:
    return Asking(saved.path, saved.arguments)


def own_view(reference: str, user_id: int) -> SavedView:
    """One's own view. NotFound for any other."""
    found = db.session.scalar(select(SavedView).where(SavedView.reference == reference, SavedView.owner_id == user_id))
    if found is None:
        raise NotFound("There is no such view of yours.")
    return found


def seen_view(reference: str, reader: Reader) -> SavedView:
    """A view of one's own, or a shared one that its reader may see. NotFound for any other."""
    found = db.session.scalar(select(SavedView).where(SavedView.reference == reference, _of(reader.user_id)))
    if found is None or not _is_seen(found, reader, _outside(reader.scope)):
        raise NotFound("There is no such view.")
    return found


def home_view(reader: Reader) -> SavedView | None:
    """The view that somebody begins with; None where they chose none, or may not see it any more."""
    found = db.session.scalar(
        select(SavedView)
        .join(HomeView, HomeView.view_id == SavedView.id)
        .where(HomeView.user_id == reader.user_id, _of(reader.user_id))
    )
    return found if found is not None and _is_seen(found, reader, _outside(reader.scope)) else None


def how_many_views(user_id: int) -> int:
    return db.session.scalar(select(func.count()).where(SavedView.owner_id == user_id)) or 0


def _of(user_id: int) -> ColumnElement[bool]:
    return or_(SavedView.owner_id == user_id, SavedView.is_shared)


def _is_seen(saved: SavedView, reader: Reader, outside: frozenset[str]) -> bool:
    return reader.may_open(saved.path) and outside.isdisjoint(asking_of(saved).services)


def _outside(scope: Scope) -> frozenset[str]:
    """The codes of services that somebody does not see."""
    if scope.is_everything:
        return frozenset()
    return frozenset(
        code for code, id_ in db.session.execute(select(Service.code, Service.id)) if not scope.allows(id_)
    )
