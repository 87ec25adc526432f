"""What do others say of us? Their figures, with their source, and never mixed with ours."""

from __future__ import annotations

from flask import Blueprint, Flask, request

from survey_app.accounts.presenters import staff_page
from survey_app.dashboards.selection import axis_switch
from survey_app.dashboards.series.presenters import FOOTER, SERIES, one_page, series_page
from survey_app.measures.series.queries import all_series, as_series, series_by_code
from survey_app.organisation.presenters import council_view
from survey_app.web.access import requires

series = Blueprint("series", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(series)


@series.get(SERIES)
@requires("view_results")
def index() -> str:
    """Which figures of others do we have, and what do they say?"""
    page = series_page([as_series(row) for row in all_series()])
    return staff_page("dashboards/series.html", page=page, **FOOTER)


@series.get(f"{SERIES}/<code>")
@requires("view_results")
def one(code: str) -> str:
    """How does it move, who says so, and is it more than its usual variation?"""
    axis = axis_switch(f"{SERIES}/{code}", request.args)
    page = one_page(as_series(series_by_code(code)), brand=council_view().brand_colour, axis=axis)
    return staff_page("dashboards/one_series.html", page=page, **FOOTER)
