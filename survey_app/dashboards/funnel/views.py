"""The funnel of services in a period."""

from __future__ import annotations

from flask import Blueprint, Flask, request

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope
from survey_app.dashboards.addresses import FUNNEL
from survey_app.dashboards.funnel.presenters import funnel_page
from survey_app.dashboards.presenters.frame import FOOTER, filter_bar, page_words
from survey_app.dashboards.queries import data_days, service_names, services_in
from survey_app.dashboards.selection import read_selection
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput
from survey_app.measures.definitions import Unit
from survey_app.measures.own.queries import all_measures, measure_called
from survey_app.measures.queries import figures
from survey_app.organisation.presenters import council_view
from survey_app.web.access import requires
from survey_app.web.replica import data_cut

funnels = Blueprint("funnels", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(funnels)


@funnels.get(FUNNEL)
@requires("view_results")
def page() -> str:
    """Which services differ by more than chance explains?"""
    scope, now = current_scope(), data_cut()
    days = data_days(scope)
    if days is None:
        return staff_page("dashboards/funnel.html", page=None, **FOOTER)
    measure = measure_called(request.args.get("measure") or "satisfaction")
    if measure.unit is not Unit.SHARE:
        raise InvalidInput(f"A funnel is of shares, and {measure.label.lower()} is none.")
    selection = read_selection({**request.args, "service": ""}, days, london_day(now))
    where = {"channel": selection.channel} if selection.channel else {}
    found = figures(
        measure, selection.period.first, selection.period.last, by=("service",), where=where, scope=scope, now=now
    )
    filters = filter_bar(selection, days, services_in(scope), sees_all=scope.is_everything, now=now)
    shown = funnel_page(
        measure, found, service_names(), filters, measures=all_measures(), brand=council_view().brand_colour
    )
    return staff_page("dashboards/funnel.html", page=shown, page_words=page_words(filters), **FOOTER)
