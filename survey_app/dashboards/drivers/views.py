"""What would move satisfaction?"""

from __future__ import annotations

from flask import Blueprint, Flask, request

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope
from survey_app.dashboards.drivers.presenters import OWN, WEIGHTS, drivers_page
from survey_app.dashboards.drivers.queries import read_drivers
from survey_app.dashboards.presenters.frame import FOOTER, filter_bar, page_words
from survey_app.dashboards.queries import data_days, service_in, services_in
from survey_app.dashboards.selection import read_selection
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput
from survey_app.organisation.presenters import council_view
from survey_app.web.access import requires
from survey_app.web.replica import data_cut

drivers = Blueprint("drivers", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(drivers)


@drivers.get("/dashboards/drivers")
@requires("view_results")
def page() -> str:
    """Which parts of the experience go with satisfaction, and how well do we do them?"""
    scope, now = current_scope(), data_cut()
    days = data_days(scope)
    weights = _weights()
    if days is None:
        return staff_page("dashboards/drivers.html", page=None, **FOOTER)
    selection = read_selection(dict(request.args.items()), days, london_day(now))
    if selection.service is not None:
        service_in(scope, selection.service)
    study, shares = read_drivers(selection, scope, now=now)
    filters = filter_bar(selection, days, services_in(scope), sees_all=scope.is_everything, now=now)
    page = drivers_page(study, shares, filters, weights=weights, brand=council_view().brand_colour)
    return staff_page("dashboards/drivers.html", page=page, choices=WEIGHTS, page_words=page_words(filters), **FOOTER)


def _weights() -> str:
    """Whose importance is drawn. InvalidInput for what nobody offers."""
    weights = request.args.get("weights") or OWN
    if weights not in {choice.value for choice in WEIGHTS}:
        raise InvalidInput(f"The weights are {' or '.join(choice.value for choice in WEIGHTS)}.")
    return weights
