"""What do we measure, and what exactly is each figure?"""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_viewer
from survey_app.dashboards import addresses, queries
from survey_app.dashboards.measures.presenters import measure_page, measures_page, rules_asked
from survey_app.dashboards.measures.queries import read_all, read_one
from survey_app.dashboards.presenters.frame import FOOTER, filter_bar, page_words
from survey_app.dashboards.selection import read_selection
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.measures.queries import measure_called
from survey_app.organisation.presenters import council_view
from survey_app.web.access import requires
from survey_app.web.replica import data_cut

measures = Blueprint("measures", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(measures)


@measures.get(addresses.MEASURES)
@requires("view_results")
def index() -> ResponseReturnValue:
    """What do we measure, and where does it stand?"""
    scope, now = current_scope(), data_cut()
    days = queries.data_days(scope)
    if days is None:
        return redirect(addresses.OVERVIEW)
    customers = queries.kinds_asked()
    selection = read_selection(request.args, days, london_day(now), customers=customers)
    filters = filter_bar(
        selection, days, queries.services_in(scope), sees_all=scope.is_everything, now=now, customers=customers
    )
    page = measures_page(read_all(selection, scope, now=now), filters)
    return staff_page(
        "dashboards/measures.html",
        page=page,
        may_define=current_viewer().may("define_measures"),
        page_words=page_words(filters),
        **FOOTER,
    )


@measures.get(f"{addresses.MEASURES}/<name>")
@requires("view_results")
def one(name: str) -> ResponseReturnValue:
    """What is this figure exactly, how does it move, and what would other rules make of it?"""
    scope, now = current_scope(), data_cut()
    try:
        measure = measure_called(name)
    except InvalidInput as problem:
        raise NotFound(problem.message) from problem
    days = queries.data_days(scope)
    if days is None:
        return redirect(addresses.OVERVIEW)
    customers = queries.kinds_asked()
    selection = read_selection(request.args, days, london_day(now), customers=customers)
    rules = rules_asked(request.args.getlist("switch"))
    filters = filter_bar(
        selection, days, queries.services_in(scope), sees_all=scope.is_everything, now=now, customers=customers
    )
    figures = read_one(measure, selection, scope, rules, now=now)
    page = measure_page(figures, filters, brand=council_view().brand_colour)
    return staff_page("dashboards/measure.html", page=page, page_words=page_words(filters), **FOOTER)
