"""Views as their viewer may see them."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from werkzeug.exceptions import HTTPException

from survey_app.accounts.queries import current_scope, current_user_id, current_viewer
from survey_app.dashboards.saved.pages import BEGIN, may_be_kept
from survey_app.dashboards.saved.queries import KeptView, Reader, asking_of, home_view, kept_views
from survey_app.web.access import access_of


def reader() -> Reader:
    """Whoever is signed in, as somebody who looks for views."""
    return Reader(current_user_id(), current_scope(), may_open)


def views_here(path: str) -> Sequence[KeptView]:
    """The views of one page that its viewer may see."""
    return kept_views(reader(), path)


def way_home() -> str | None:
    """Where the overview leads whoever begins with a view of their own choice."""
    found = home_view(reader())
    if found is None:
        return None
    asking = asking_of(found)
    return f"{asking.address}{'&' if asking.arguments else '?'}{BEGIN}=yes"


def may_open(path: str) -> bool:
    """Whether a page of this path is there, and the viewer has what it requires."""
    try:
        endpoint, _places = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    declared = access_of(current_app, endpoint)
    return may_be_kept(path) and declared is not None and current_viewer().may(declared)
