"""Opening what a comment said before details were taken out: asking changes nothing, opening is a POST and audited."""

from __future__ import annotations

from flask import Blueprint, Flask, make_response
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_user_id
from survey_app.comments.originals.forms import ReasonForm
from survey_app.comments.originals.operations import open_original
from survey_app.comments.originals.queries import comment_in
from survey_app.comments.originals.reasons import Reason
from survey_app.kernel.clock import utc_now
from survey_app.web.access import requires

originals = Blueprint("originals", __name__, url_prefix="/comments")


def init_app(app: Flask) -> None:
    app.register_blueprint(originals)


@originals.get("/<reference>/original")
@requires("read_originals")
def ask(reference: str) -> str:
    """Why does it have to be read?"""
    return staff_page(
        "comments/originals/ask.html",
        shown=comment_in(reference, current_scope()),
        form=ReasonForm(formdata=None),
        problems=[],
    )


@originals.post("/<reference>/original")
@requires("read_originals")
def show(reference: str) -> ResponseReturnValue:
    """The original, on this page alone; that somebody looked, and why, is written down."""
    shown, form = comment_in(reference, current_scope()), ReasonForm()
    if not form.validate():
        problems = [field for field in form if field.errors]
        return staff_page("comments/originals/ask.html", shown=shown, form=form, problems=problems), 422
    reason = Reason(form.reason.data)
    original = open_original(shown.comment, reason, form.words.data, now=utc_now(), by=current_user_id())
    response = make_response(
        staff_page("comments/originals/shown.html", shown=shown, original=original, reason=reason.label)
    )
    response.headers["Cache-Control"] = "no-store"
    return response
