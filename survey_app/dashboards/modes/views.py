"""Does it matter how people answered?"""

from __future__ import annotations

from flask import Blueprint, Flask, request

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope
from survey_app.dashboards.modes.presenters import MODES, modes_page
from survey_app.dashboards.presenters.frame import FOOTER, filter_bar, page_words
from survey_app.dashboards.queries import data_days, service_in, services_in
from survey_app.dashboards.selection import read_selection
from survey_app.kernel.clock import london_day
from survey_app.measures.queries import figures
from survey_app.web.access import requires
from survey_app.web.replica import data_cut

modes = Blueprint("modes", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(modes)


@modes.get(MODES)
@requires("view_results")
def page() -> str:
    """Who answered on a page, a kiosk, the phone or paper, and how satisfied each said to be?"""
    scope, now = current_scope(), data_cut()
    days = data_days(scope)
    if days is None:
        return staff_page("dashboards/modes.html", page=None, **FOOTER)
    selection = read_selection(dict(request.args.items()), days, london_day(now))
    if selection.service is not None:
        service_in(scope, selection.service)
    period = selection.period
    by_mode = figures(
        "satisfaction",
        period.first,
        period.last,
        by=["mode"],
        where=selection.where,
        scope=scope,
        now=now,
        are_compared=False,
    )
    filters = filter_bar(selection, days, services_in(scope), sees_all=scope.is_everything, now=now)
    return staff_page(
        "dashboards/modes.html", page=modes_page(by_mode, filters), page_words=page_words(filters), **FOOTER
    )
