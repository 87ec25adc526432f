"""How long each class of data is kept. What a change would delete is shown before it is kept, and it can be undone."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.admin.retention import presenters
from survey_app.admin.retention.forms import DaysForm
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import NotFound
from survey_app.privacy.purging.operations import keep_for, undo_keep_for
from survey_app.privacy.retention import BY_CODE, DataClass
from survey_app.web.access import requires
from survey_app.web.transactions import reads_first

retention = Blueprint("retention", __name__, url_prefix="/admin/retention")


def init_app(app: Flask) -> None:
    app.register_blueprint(retention)


@retention.get("/")
@requires("set_retention")
def index() -> str:
    """How long is what kept, and what goes now?"""
    rows, fixed = presenters.class_rows(utc_now())
    claim, rest = presenters.answer(rows)
    return staff_page("admin/retention/index.html", claim=claim, rest=rest, rows=rows, fixed=fixed)


@retention.get("/<code>/")
@requires("set_retention")
def one(code: str) -> str:
    """For how many days?"""
    return _page(facts := _class(code), DaysForm(facts, formdata=None))


@retention.post("/<code>/try")
@requires("set_retention")
@reads_first
def try_(code: str) -> ResponseReturnValue:
    """What would go with these days. Nothing is changed."""
    form = DaysForm(facts := _class(code))
    if not form.validate():
        return _page(facts, form), 422
    change = presenters.change_of(facts, form.number, utc_now())
    return staff_page("admin/retention/change.html", change=change)


@retention.post("/<code>/")
@requires("set_retention")
def keep(code: str) -> ResponseReturnValue:
    """Keep it so from now on; shortened, nothing goes by it for a day."""
    form = DaysForm(facts := _class(code))
    if not form.validate():
        return _page(facts, form), 422
    is_change = keep_for(code, form.number, now=utc_now(), by=current_user_id())
    flash(f"{facts.name}: {presenters.in_words(form.number)}." if is_change else "That is how it was already.")
    return redirect(url_for("retention.index"), code=303)


@retention.post("/<code>/undo")
@requires("set_retention")
def undo(code: str) -> ResponseReturnValue:
    """As before the last change. What was deleted meanwhile does not come back."""
    facts = _class(code)
    if undo_keep_for(code, now=utc_now(), by=current_user_id()):
        flash(f"{facts.name}: as before.")
    return redirect(url_for("retention.index"), code=303)


def _class(code: str) -> DataClass:
    if code not in BY_CODE:
        raise NotFound("There is no such class of data.")
    return BY_CODE[code]


def _page(facts: DataClass, form: DaysForm) -> str:
    rows, _fixed = presenters.class_rows(utc_now())
    row = next(row for row in rows if row.facts.code == facts.code)
    if request.method == "GET":
        form.days.data = str(row.set_days)
    problems = [form.days] if form.days.errors else []
    return staff_page("admin/retention/one.html", row=row, form=form, problems=problems, has_errors=bool(problems))
