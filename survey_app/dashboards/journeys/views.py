"""How often does one contact settle the matter?"""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope
from survey_app.dashboards import addresses, queries
from survey_app.dashboards.journeys.presenters import journeys_page
from survey_app.dashboards.presenters.frame import FOOTER, filter_bar, page_words
from survey_app.dashboards.selection import read_selection
from survey_app.kernel.clock import london_day
from survey_app.measures.queries.journeys import journeys
from survey_app.web.access import requires
from survey_app.web.replica import data_cut

journeys_pages = Blueprint("journeys", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(journeys_pages)


@journeys_pages.get("/dashboards/journeys")
@requires("view_results")
def index() -> ResponseReturnValue:
    """How many contacts did one matter take, and how did people feel after them?"""
    scope, now = current_scope(), data_cut()
    days = queries.data_days(scope)
    if days is None:
        return redirect(addresses.OVERVIEW)
    selection = read_selection(request.args, days, london_day(now))
    filters = filter_bar(selection, days, queries.services_in(scope), sees_all=scope.is_everything, now=now)
    found = journeys(selection.period, queries.narrowed(scope, selection.service), selection.channel)
    return staff_page(
        "dashboards/journeys.html",
        page=journeys_page(found, filters, queries.service_names(), selection.period),
        page_words=page_words(filters),
        **FOOTER,
    )
