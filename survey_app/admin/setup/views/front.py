"""The front door: where somebody who opens the first page belongs."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_viewer, has_users
from survey_app.dashboards import addresses
from survey_app.organisation.queries import council
from survey_app.web.access import public

front = Blueprint("front", __name__)


@front.get("/")
@public
def home() -> ResponseReturnValue:
    """Staff start at the overview, or at what else they may open; without a council, whoever may sets it up."""
    viewer = current_viewer()
    if council() is None:
        if viewer.may("manage_council"):
            return redirect(url_for("admin.overview"))
        return staff_page("admin/setup/not_set_up.html", has_users=has_users())
    if not viewer.is_authenticated:
        return redirect(url_for("security.login"))
    return redirect(addresses.OVERVIEW if viewer.may("view_results") else url_for("accounts.start"))
