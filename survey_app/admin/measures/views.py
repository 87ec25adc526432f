"""The council's own measures. Nobody saves one before they have seen its figure; what was counted keeps its rule."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.models import User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_viewer
from survey_app.admin.measures.forms import MeasureForm, form_for
from survey_app.admin.measures.presenters import figure_preview, version_rows
from survey_app.dashboards.queries import data_days
from survey_app.dashboards.selection import default_period
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import AppError
from survey_app.measures.definitions import Measure
from survey_app.measures.figures import Figure
from survey_app.measures.own.operations import define_measure
from survey_app.measures.own.queries import (
    AskedQuestion,
    own_measures,
    question_asked,
    questions,
    rule_of,
    versions_of,
)
from survey_app.measures.own.rule import measure_of, scale_of
from survey_app.measures.queries import figures
from survey_app.web.access import requires

measures_admin = Blueprint("measures_admin", __name__, url_prefix="/admin/measures")


def init_app(app: Flask) -> None:
    app.register_blueprint(measures_admin)


@measures_admin.get("/")
@requires("define_measures")
def index() -> str:
    """What do we measure that others do not, and on which questions could we?"""
    return staff_page(
        "admin/measures/index.html", measures=own_measures(), questions=questions(), done=request.args.get("done")
    )


@measures_admin.get("/new")
@requires("define_measures")
def new() -> str:
    """A new measure on one question."""
    question = question_asked(request.args.get("question", ""))
    return _form_page(question, form_for(question))


@measures_admin.get("/<code>")
@requires("define_measures")
def change(code: str) -> str:
    """The rule as it stands, to be changed, and every version of it."""
    newest = versions_of(code)[0]
    question = question_asked(newest.question.code)
    return _form_page(question, form_for(question, rule_of(newest), version=newest.version))


@measures_admin.post("/preview")
@requires("define_measures")
def write() -> ResponseReturnValue:
    """Show the figure that the rule gives, go back to changing it, or keep it, as the button says."""
    question = question_asked(request.form.get("question", ""))
    form = form_for(question)
    if not form.takes(question):
        return _form_page(question, form), 422
    if request.form.get("do") == "change":
        return _form_page(question, form)
    if request.form.get("do") != "save":
        return _preview_page(question, form)
    viewer = current_viewer()
    by = viewer.id if isinstance(viewer, User) else None
    try:
        kept = define_measure(form.rule(question), based_on=form.version, now=utc_now(), by=by)
    except AppError as problem:
        return _form_page(question, form, refused=problem.message), 409
    return redirect(url_for("measures_admin.index", done=kept.code), code=303)


def _form_page(question: AskedQuestion, form: MeasureForm, *, refused: str = "") -> str:
    is_new = form.version <= 0
    return staff_page(
        "admin/measures/form.html",
        form=form,
        question=question,
        versions=[] if is_new else version_rows(versions_of(form.code.data or "")),
        refused=refused,
        is_new=is_new,
        has_errors=bool(form.errors or refused),
    )


def _preview_page(question: AskedQuestion, form: MeasureForm) -> str:
    rule = form.rule(question)
    scale = scale_of(rule, [option.choice for option in question.options])
    figure = _last_year(measure_of(rule, form.version + 1, scale))
    return staff_page(
        "admin/measures/preview.html",
        form=form,
        question=question,
        preview=figure_preview(rule, figure, {option.choice.code: option.label for option in question.options}),
    )


def _last_year(measure: Measure) -> Figure | None:
    """The figure of the latest financial year with answers; None while there are none."""
    scope, now = current_scope(), utc_now()
    days = data_days(scope)
    if days is None:
        return None
    year = default_period(days, london_day(now))
    return figures(measure, year.first, year.last, scope=scope, now=now)[0]
