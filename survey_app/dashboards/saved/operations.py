"""Keeps views, shares and drops them. Functions flush; callers commit."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from survey_app.audit.operations import record_act_by
from survey_app.dashboards.models import HomeView, SavedView
from survey_app.dashboards.saved.pages import Asking
from survey_app.dashboards.saved.queries import asking_of, how_many_views, own_view
from survey_app.extensions import db, upsert
from survey_app.kernel.characters import fit
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.kernel.tokens import new_reference

LONGEST_NAME = 120
MOST_SAVED = 50  # of one person


def save_view(name: str, asking: Asking, *, is_shared: bool, now: datetime, by: int) -> SavedView:
    """Keep what a page was asked under a name. What is shared is in the audit.

    InvalidInput for a name that is empty or too long, Refused for the fifty-first.
    """
    name = " ".join(fit(name).split())
    if not name:
        raise InvalidInput("Give the view a name.")
    if len(name) > LONGEST_NAME:
        raise InvalidInput(f"The name must be {LONGEST_NAME} characters or fewer.")
    if how_many_views(by) >= MOST_SAVED:
        raise Refused(f"You have {MOST_SAVED} views. Delete one first.")
    saved = SavedView(
        reference=new_reference(),
        owner_id=by,
        name=name,
        path=asking.path,
        arguments=asking.arguments,
        is_shared=False,
        created_at=now,
    )
    db.session.add(saved)
    _set_shared(saved, is_shared, now=now, by=by)
    db.session.flush()
    return saved


def share_view(reference: str, *, is_shared: bool, now: datetime, by: int) -> SavedView:
    """Let colleagues see one's own view, or no more. Who begins with it then begins with the overview."""
    saved = own_view(reference, by)
    _set_shared(saved, is_shared, now=now, by=by)
    db.session.flush()
    return saved


def copy_view(saved: SavedView, *, now: datetime, by: int) -> SavedView:
    """Keep a view as one's own, to be named, shared and deleted apart from the one that it was copied from."""
    return save_view(saved.name, asking_of(saved), is_shared=False, now=now, by=by)


def delete_view(reference: str, *, now: datetime, by: int) -> SavedView:
    """Drop one's own; as it was. NotFound for any other."""
    saved = own_view(reference, by)
    if saved.is_shared:
        record_act_by("view.shared no more", saved.reference, at=now, by=by)
    db.session.execute(delete(HomeView).where(HomeView.view_id == saved.id))
    db.session.delete(saved)
    db.session.flush()
    return saved


def begin_with(saved: SavedView, *, by: int) -> None:
    """Begin with this view instead of the overview as it is."""
    row = upsert(HomeView).values(user_id=by, view_id=saved.id)
    db.session.execute(row.on_conflict_do_update(index_elements=["user_id"], set_={"view_id": saved.id}))


def begin_with_overview(*, by: int) -> None:
    db.session.execute(delete(HomeView).where(HomeView.user_id == by))


def _set_shared(saved: SavedView, is_shared: bool, *, now: datetime, by: int) -> None:
    if saved.is_shared != is_shared:
        saved.is_shared = is_shared
        record_act_by("view.shared" if is_shared else "view.shared no more", saved.reference, at=now, by=by)
