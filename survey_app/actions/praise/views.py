"""Passing praise on from the page of a comment."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, request
from flask.typing import ResponseReturnValue

from survey_app.accounts.queries import current_scope, current_user_id
from survey_app.actions.praise import operations, queries
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.web.access import requires
from survey_app.web.back import own_address

COMMENTS = "/comments/"

praise = Blueprint("praise", __name__, url_prefix="/actions/praise")


def init_app(app: Flask) -> None:
    app.register_blueprint(praise)


@praise.post("/of/<comment>")
@requires("lead_teams")
def pass_on(comment: str) -> ResponseReturnValue:
    """Show this comment to its team."""
    found = queries.comment_to_pass(comment, current_scope())
    note = request.form.get("note", "")
    try:
        passed = operations.pass_on(found, note, now=utc_now(), by=current_user_id())
    except (InvalidInput, Refused) as problem:
        flash(problem.message)
        return _back()
    flash(f"Passed on to {passed.team.name}. They see it on the page of their team.")
    return _back()


@praise.post("/<reference>/take-back")
@requires("lead_teams")
def take_back(reference: str) -> ResponseReturnValue:
    """Undo: the team does not see it any more."""
    operations.take_back(queries.passed_praise(reference, current_scope()), now=utc_now(), by=current_user_id())
    flash("Taken back: the team does not see it any more.")
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(own_address(request.form.get("back"), COMMENTS), code=303)
