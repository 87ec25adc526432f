"""Control charts, and the new ranges that those who manage targets may begin."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, request
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_user_id, current_viewer
from survey_app.dashboards.addresses import CONTROL
from survey_app.dashboards.control import presenters
from survey_app.dashboards.control.forms import RebaseForm
from survey_app.dashboards.control.queries import read_control
from survey_app.dashboards.control.selection import ControlSelection, read_control_selection
from survey_app.dashboards.presenters.frame import FOOTER
from survey_app.dashboards.queries import service_in, services_in
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import Refused
from survey_app.measures.operations import rebase, undo_rebase
from survey_app.measures.own.queries import all_measures, measure_called
from survey_app.measures.queries.control import rebase_by_id
from survey_app.organisation.presenters import council_view
from survey_app.web.access import requires
from survey_app.web.replica import data_cut

control = Blueprint("control", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(control)


@control.get(CONTROL)
@requires("view_results")
def control_page() -> str:
    """Does it vary as it usually does, and will the target be met as things run?"""
    return _page(read_control_selection(request.args, measure_called), RebaseForm())


@control.post(f"{CONTROL}/rebases")
@requires("set_targets")
def begin_range() -> ResponseReturnValue:
    """Begin a new usual range of the chart in the address."""
    selection, form = read_control_selection(request.args, measure_called), RebaseForm()
    if selection.service is not None:
        service_in(current_scope(), selection.service)
    if not form.validate():
        return _page(selection, form), 400
    try:
        line = rebase(
            selection.measure.name,
            selection.service,
            form.first_day,
            form.reason.data,
            now=utc_now(),
            by=current_user_id(),
        )
    except Refused as problem:
        form.month.errors = [problem.message]
        return _page(selection, form), 409
    flash(f"The new range from {line.month:%B %Y} is kept.")
    return redirect(selection.address(), code=303)


@control.post(f"{CONTROL}/rebases/<int:rebase_id>/undo")
@requires("set_targets")
def undo_range(rebase_id: int) -> ResponseReturnValue:
    """Take a new range back."""
    line, selection = rebase_by_id(rebase_id), read_control_selection(request.args, measure_called)
    undo_rebase(line, now=utc_now(), by=current_user_id())
    flash(f"The new range from {line.month:%B %Y} was taken back.")
    return redirect(selection.address(), code=303)


def _page(selection: ControlSelection, form: RebaseForm) -> str:
    scope, now = current_scope(), data_cut()
    read = read_control(selection, scope, now=now)
    page = presenters.control_page(
        read,
        presenters.control_filters(
            selection, all_measures(), services_in(scope), sees_all=scope.is_everything, now=now
        ),
        today=london_day(now),
        brand=council_view().brand_colour,
    )
    return staff_page(
        "dashboards/control.html",
        page=page,
        form=form,
        may_rebase=read.is_whole and current_viewer().may("set_targets"),
        has_errors=bool(form.errors or form.month.errors),
        page_words=f"{page.filters.summary}. Data cut {page.filters.cut}.",
        **FOOTER,
    )
