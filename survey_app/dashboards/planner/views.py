"""The planner. It reads, and changes nothing."""

from __future__ import annotations

from flask import Blueprint, Flask, request
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope
from survey_app.dashboards import addresses
from survey_app.dashboards.planner.forms import USUAL, WantedForm
from survey_app.dashboards.planner.presenters import planner_page
from survey_app.dashboards.planner.queries import read_asked_year
from survey_app.dashboards.presenters.frame import FOOTER
from survey_app.dashboards.queries import data_days
from survey_app.dashboards.selection import last_12_months
from survey_app.kernel.clock import utc_now
from survey_app.web.access import requires

planner = Blueprint("planner", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(planner)


@planner.get(addresses.PLANNER)
@requires("view_results")
def show() -> ResponseReturnValue:
    """How many people would we have to ask so that a change can show?"""
    scope = current_scope()
    form = WantedForm(request.args if "change" in request.args else None)
    is_fine = form.validate()
    days = data_days(scope)
    page = None
    if days is not None:
        wanted = form.wanted if is_fine else WantedForm(data={"change": USUAL}).wanted
        page = planner_page(read_asked_year(last_12_months(days), scope, now=utc_now()), wanted)
    html = staff_page("dashboards/planner.html", page=page, form=form, has_errors=bool(form.errors), **FOOTER)
    return html, 200 if is_fine else 400
