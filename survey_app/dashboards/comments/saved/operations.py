"""Keeps searches and drops them. Functions flush; callers commit."""

from __future__ import annotations

from datetime import datetime

from survey_app.audit.operations import record_act_by
from survey_app.dashboards.addresses import COMMENTS
from survey_app.dashboards.comments.saved.queries import how_many_saved, own_saved
from survey_app.dashboards.models import SavedView
from survey_app.extensions import db
from survey_app.kernel.characters import fit
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.kernel.tokens import new_reference

LONGEST_NAME = 120
MOST_SAVED = 50  # of one person


def save_search(name: str, arguments: str, *, is_shared: bool, now: datetime, by: int) -> SavedView:
    """Keep the arguments of the explorer's address under a name. What is shared is in the audit.

    InvalidInput for a name that is empty or too long, Refused for the fifty-first.
    """
    name = " ".join(fit(name).split())
    if not name:
        raise InvalidInput("Give the search a name.")
    if len(name) > LONGEST_NAME:
        raise InvalidInput(f"The name must be {LONGEST_NAME} characters or fewer.")
    if how_many_saved(by) >= MOST_SAVED:
        raise Refused(f"You have {MOST_SAVED} saved searches. Delete one first.")
    saved = SavedView(
        reference=new_reference(),
        owner_id=by,
        name=name,
        path=COMMENTS,
        arguments=arguments,
        is_shared=is_shared,
        created_at=now,
    )
    db.session.add(saved)
    if is_shared:
        record_act_by("search.shared", saved.reference, at=now, by=by)
    db.session.flush()
    return saved


def delete_search(reference: str, *, now: datetime, by: int) -> str:
    """Drop one's own; its name. NotFound for any other."""
    saved = own_saved(reference, by)
    if saved.is_shared:
        record_act_by("search.shared no more", saved.reference, at=now, by=by)
    db.session.delete(saved)
    db.session.flush()
    return saved.name
