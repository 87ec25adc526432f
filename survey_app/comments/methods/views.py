"""Which methods judged the comments over the years, and what the present one says of those that another judged."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_user_id, current_viewer
from survey_app.comments.methods import operations, queries
from survey_app.comments.methods.comparing import compare
from survey_app.comments.methods.forms import JudgingForm
from survey_app.comments.methods.presenters import judging_page, methods_page
from survey_app.comments.models import Judging
from survey_app.comments.queries import council_word_lists
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import AppError, Refused
from survey_app.web.access import requires

methods = Blueprint("methods", __name__, url_prefix="/comments/methods")


def init_app(app: Flask) -> None:
    app.register_blueprint(methods)
    with app.app_context():
        council_word_lists()  # a list with a fault is named in the log when the program starts


@methods.get("/")
@requires("view_comments")
def index() -> str:
    """By which methods were comments judged, from when to when, and how often is each right?"""
    return _page(None)


@methods.post("/")
@requires("edit_themes")
def ask() -> ResponseReturnValue:
    """Have past comments judged by the present method too."""
    form = JudgingForm()
    if not form.validate():
        return _page(form), 400
    try:
        operations.ask_for_judging(form.first_day, form.last_day, form.reason.data, now=utc_now(), by=current_user_id())
    except AppError as problem:
        form.first.errors = [problem.message]
        return _page(form), 400
    flash("The comments of these days are being judged by the present method too. No label that counts changes by it.")
    return redirect(url_for("methods.index"), code=303)


@methods.get("/<int:judging_id>")
@requires("view_comments")
def one(judging_id: int) -> str:
    """What do both methods say of the same comments?"""
    judging = queries.judging_by_id(judging_id)
    comparison = compare(queries.pairs(judging, current_scope()))
    page = judging_page(judging, comparison, _left(judging), present=queries.present_method())
    may_act = current_viewer().may("edit_themes")
    return staff_page("comments/methods/one.html", page=page, may_act=may_act)


@methods.post("/<int:judging_id>/adopt")
@requires("edit_themes")
def adopt(judging_id: int) -> ResponseReturnValue:
    """Let the present method's labels count."""
    return _decided(
        judging_id,
        operations.adopt,
        "Its labels are being put in place. Those before them are kept, and can be put back.",
    )


@methods.post("/<int:judging_id>/take-back")
@requires("edit_themes")
def take_back(judging_id: int) -> ResponseReturnValue:
    """Let the labels before them count again."""
    return _decided(judging_id, operations.take_back, "The earlier labels are being put back.")


def _decided(judging_id: int, decide: operations.Decision, words: str) -> ResponseReturnValue:
    judging = queries.judging_by_id(judging_id)
    try:
        decide(judging, now=utc_now(), by=current_user_id())
    except Refused as problem:
        words = f"Nothing was changed. {problem.message}"
    flash(words)
    return redirect(url_for("methods.one", judging_id=judging_id), code=303)


def _page(form: JudgingForm | None) -> str:
    asked = queries.judgings()
    page = methods_page(
        queries.methods_in_use(current_scope()),
        asked,
        {judging.id: _left(judging) for judging in asked if judging.done_at is None},
        council_word_lists(),
        present=queries.present_method(),
    )
    if form is None:
        days = {
            name: f"{day.day}/{day.month}/{day.year}"
            for name, day in (("first", page.first), ("last", page.last))
            if day
        }
        form = JudgingForm(formdata=None, **days)
    return staff_page(
        "comments/methods/index.html",
        page=page,
        form=form,
        may_act=current_viewer().may("edit_themes"),
        is_watched=request.args.get("watch") == "yes",
        has_errors=bool(form.errors),
    )


def _left(judging: Judging) -> int:
    is_running = judging.done_at is None and judging.method == queries.present_method()
    return queries.left_to_judge(judging) if is_running else 0
