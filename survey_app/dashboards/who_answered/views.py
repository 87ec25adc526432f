"""The page that says whether those who answered look like those who contacted us."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope
from survey_app.charts import Link
from survey_app.dashboards import addresses, queries
from survey_app.dashboards.presenters.frame import FOOTER, filter_bar, page_words
from survey_app.dashboards.selection import read_selection
from survey_app.dashboards.who_answered.presenters import who_answered_page
from survey_app.kernel.clock import london_day
from survey_app.measures.queries import read_standing
from survey_app.measures.queries.who_answered import who_answered
from survey_app.organisation.presenters import council_view
from survey_app.web.access import requires
from survey_app.web.replica import data_cut

who = Blueprint("who_answered", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(who)


@who.get("/dashboards/who-answered")
@requires("view_results")
def page() -> ResponseReturnValue:
    """Do those who answered look like those who contacted us?"""
    scope, now = current_scope(), data_cut()
    days = queries.data_days(scope)
    if days is None:
        return redirect(addresses.OVERVIEW)  # which says what comes first
    selection = read_selection(request.args, days, london_day(now))
    standing, period = read_standing(now), selection.period
    profile = who_answered(period.first, period.last, where=selection.where, scope=scope, now=now, standing=standing)
    filters = filter_bar(
        selection,
        days,
        queries.services_in(scope),
        sees_all=scope.is_everything,
        now=now,
        links=[Link("Overview of this choice", addresses.overview(selection))],
    )
    return staff_page(
        "dashboards/who_answered.html",
        page=who_answered_page(profile, selection, standing.services, brand=council_view().brand_colour),
        filters=filters,
        action=url_for("who_answered.page"),
        page_words=page_words(filters),
        **FOOTER,
    )
