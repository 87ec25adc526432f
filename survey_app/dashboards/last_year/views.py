"""Where did we beat last year? A page and its file."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, request

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope
from survey_app.dashboards.last_year.presenters import last_year_csv, last_year_page
from survey_app.dashboards.last_year.queries import LastYear, read_last_year
from survey_app.dashboards.presenters.frame import FOOTER
from survey_app.dashboards.queries import data_days
from survey_app.dashboards.selection import DataDays, default_period, year_choices
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.kernel.periods import Period
from survey_app.organisation.presenters import council_view
from survey_app.settings import Settings
from survey_app.web.access import requires
from survey_app.web.replica import data_cut
from survey_app.web.templates import day_and_time

last_year = Blueprint("last_year", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(last_year)


@last_year.get("/dashboards/last-year")
@requires("view_results")
def page() -> str:
    """Which measures can we show to be better than last year, which at least as good?"""
    days, now = data_days(current_scope()), data_cut()
    if days is None:
        return staff_page("dashboards/last_year.html", page=None, **FOOTER)
    found = read_last_year(_year(days), current_scope(), now=now)
    return staff_page(
        "dashboards/last_year.html",
        page=last_year_page(found, brand=council_view().brand_colour),
        years=[(choice.value, choice.label) for choice in year_choices(days)],
        year=found.year,
        cut=day_and_time(now),
        **FOOTER,
    )


@last_year.get("/dashboards/last-year.csv")
@requires("view_results")
def file() -> Response:
    """The same comparisons, one a row."""
    found = _found()
    settings: Settings = current_app.extensions["settings"]
    name = f"last-year-{found.year.first}-to-{found.year.last}.csv"
    return Response(
        last_year_csv(found, settings.base_url),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _found() -> LastYear:
    days = data_days(current_scope())
    if days is None:
        raise NotFound("There are no answers yet.")
    return read_last_year(_year(days), current_scope(), now=data_cut())


def _year(days: DataDays) -> Period:
    """The financial year of the address. InvalidInput for any other period."""
    label = request.args.get("period") or default_period(days, london_day(data_cut())).label
    year = Period.parse(label)
    if year != Period.financial_year_of(year.first):
        raise InvalidInput(f"“{label}” is not a financial year. Write one as 2025/26.")
    return year
