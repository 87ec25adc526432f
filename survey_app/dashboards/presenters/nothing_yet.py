"""The page before the first answer in a viewer's scope: what to do next."""

from __future__ import annotations

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_viewer
from survey_app.dashboards import queries
from survey_app.dashboards.first_steps import first_steps
from survey_app.dashboards.presenters.frame import FOOTER

SET_UP = "/admin/setup/"  # of those who may set the council up


def nothing_yet_page() -> str:
    """How far the council has come, and the next step."""
    return staff_page(
        "dashboards/nothing_yet.html",
        steps=first_steps(queries.beginnings()),
        set_up=SET_UP if current_viewer().may("manage_council") else None,
        **FOOTER,
    )
