"""The box of ideas: staff write, managers answer."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_user_id
from survey_app.actions.ideas import operations, queries
from survey_app.actions.ideas.presenters import idea_row
from survey_app.actions.models import IdeaState
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput
from survey_app.web.access import requires

MOST_SHOWN = 100

ideas_pages = Blueprint("ideas", __name__, url_prefix="/actions/ideas")


def init_app(app: Flask) -> None:
    app.register_blueprint(ideas_pages)


@ideas_pages.get("/")
@requires("lead_teams")
def index() -> str:
    """What would those do better who talk with residents, and who waits for an answer?"""
    return _index()


@ideas_pages.post("/<reference>/answer")
@requires("lead_teams")
def answer(reference: str) -> ResponseReturnValue:
    """Say what becomes of an idea; what was typed stays where it cannot be taken."""
    idea = queries.idea_called(reference, current_scope())
    words, state = request.form.get("answer", ""), request.form.get("state", "")
    try:
        if state not in (IdeaState.TAKEN_UP, IdeaState.NOT_NOW):
            raise InvalidInput("Say whether it is taken up.")
        operations.answer_idea(idea, IdeaState(state), words, now=utc_now(), by=current_user_id())
    except InvalidInput as problem:
        return _index({"reference": reference, "answer": words, "state": state, "problem": problem.message}), 422
    flash("Answered. Whoever had the idea reads it on the page of their team.")
    return redirect(url_for("ideas.index", _anchor=f"i-{reference}"), code=303)


def _index(typed: dict[str, str] | None = None) -> str:
    scope = current_scope()
    return staff_page(
        "actions/ideas/index.html",
        rows=[
            idea_row(each, author=each.author.name or each.author.email)
            for each in queries.ideas(scope, most=MOST_SHOWN)
        ],
        waiting=queries.waiting_ideas(scope),
        typed=typed,
        has_errors=typed is not None,
    )
