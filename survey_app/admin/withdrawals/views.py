"""Taking an answer back for its person. Only those do it whose figures are none of it: the rows of a figure name the
reference of each answer, and nobody may delete what they do not like about their own service.
"""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Flask, redirect, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.models import User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_viewer
from survey_app.admin.withdrawals.forms import ReferenceForm
from survey_app.admin.withdrawals.operations import withdraw_by_reference
from survey_app.admin.withdrawals.queries import Found, find_answer
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import NotFound
from survey_app.responses.presenters import reference_for_people
from survey_app.web.access import requires

withdrawals = Blueprint("withdrawals", __name__, url_prefix="/admin/withdrawals")

UNKNOWN = "We have no answer with this reference. Compare each letter and digit with what they read out"


def init_app(app: Flask) -> None:
    app.register_blueprint(withdrawals)


@withdrawals.get("/")
@requires("withdraw_answers")
def index() -> str:
    """Which answer do they mean?"""
    return _find_page(ReferenceForm(formdata=None))


@withdrawals.post("/")
@requires("withdraw_answers")
def find() -> ResponseReturnValue:
    """Lead to the question whether it shall be deleted. What was typed comes back where it leads nowhere."""
    form = ReferenceForm()
    if not form.validate() or form.read is None:
        return _find_page(form), 422
    if find_answer(form.read, current_scope()) is None:
        form.reference.errors = [UNKNOWN]
        return _find_page(form), 404
    return redirect(url_for("withdrawals.one", reference=form.read), code=303)


@withdrawals.get("/<reference>")
@requires("withdraw_answers")
def one(reference: str) -> str:
    """Shall it be deleted? Afterwards: that it is."""
    found = _found(reference)
    spelled = reference_for_people(found.reference)
    return staff_page("admin/withdrawals/one.html", found=found, spelled=spelled)


@withdrawals.post("/<reference>")
@requires("withdraw_answers")
def take_back(reference: str) -> ResponseReturnValue:
    """Delete it. Pressed twice, it is deleted once."""
    found = _found(reference)
    withdraw_by_reference(found.reference, now=utc_now(), by=cast(User, current_viewer()).id)
    return redirect(url_for("withdrawals.one", reference=found.reference), code=303)


def _found(reference: str) -> Found:
    found = find_answer(reference, current_scope())
    if found is None:
        raise NotFound("There is no answer with this reference.")
    return found


def _find_page(form: ReferenceForm) -> str:
    problems = [form.reference] if form.reference.errors else []
    return staff_page("admin/withdrawals/index.html", form=form, problems=problems, has_errors=bool(problems))
