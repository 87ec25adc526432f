"""The pages on which people check the machine: the review queue, the blind sample, and how good the machine is."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_user_id, current_viewer
from survey_app.comments.checking import queries
from survey_app.comments.checking.forms import RulesForm
from survey_app.comments.checking.labels import label_words
from survey_app.comments.checking.machine import MONTH_COLUMNS, machine_page
from survey_app.comments.checking.operations import (
    LabelledMeanwhile,
    label_comment,
    label_item,
    set_checking_rules,
    take_label_back,
)
from survey_app.comments.checking.presenters import choices, labelled, queue_page, sample_page
from survey_app.comments.checking.quality import unreported
from survey_app.comments.models import LabelSource
from survey_app.comments.queries import active_themes
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.kernel.periods import Period
from survey_app.web.access import requires
from survey_app.web.back import own_address

COMMENTS = "/comments/"

checking = Blueprint("checking", __name__, url_prefix="/comments")


def init_app(app: Flask) -> None:
    app.register_blueprint(checking)
    app.context_processor(lambda: {"label_choices": choices})


@checking.get("/review/")
@requires("check_comments")
def review() -> str:
    """What is the machine unsure of? One comment at a time, the oldest first."""
    scope = current_scope()
    after, at = request.args.get("after") or None, request.args.get("at") or None
    return staff_page(
        "comments/review.html",
        page=queue_page(
            queries.waiting(scope), queries.next_waiting(scope, after=after, at=at), today=london_day(utc_now())
        ),
        goes_on=after is not None,
    )


@checking.post("/<reference>/label")
@requires("check_comments")
def label(reference: str) -> ResponseReturnValue:
    """A person says what a comment is. Without a choice, or after somebody else, they are asked once more."""
    comment = queries.comment_in(reference, current_scope())
    chosen, seen = request.form.get("label", ""), request.form.get("seen")
    source = LabelSource.REVIEW if request.form.get("source") == LabelSource.REVIEW else LabelSource.CORRECTION
    try:
        label_comment(comment, chosen, source, by=current_user_id(), now=utc_now(), seen=seen)
    except LabelledMeanwhile as problem:
        return _ask_again(reference, problem.message, seen=problem.label, source=source), 409
    except InvalidInput as problem:
        return _ask_again(reference, problem.message, seen=seen or "", source=source), 422
    flash(f"Your label: {label_words(chosen)}.", f"undo {reference}")
    return redirect(_back(), code=303)


@checking.post("/<reference>/label/undo")
@requires("check_comments")
def undo(reference: str) -> ResponseReturnValue:
    """What stood there before one's own last label holds again."""
    comment = queries.comment_in(reference, current_scope())
    try:
        take_label_back(comment, by=current_user_id(), now=utc_now())
        flash(f"Taken back. The comment is {label_words(comment.shown_label)} again.")
    except Refused as problem:
        flash(problem.message)
    return redirect(_back(), code=303)


@checking.get("/sample/")
@requires("check_comments")
def newest_sample() -> ResponseReturnValue:
    """The newest sample, or what one is where none was drawn."""
    _sees_all()
    found = queries.samples(most=1)
    if found:
        return redirect(url_for("checking.sample", month=Period.month_of(found[0].month).label))
    today = london_day(utc_now())
    return staff_page("comments/no_sample.html", next_on=_next_first(today))


@checking.get("/sample/<month>")
@requires("check_comments")
def sample(month: str) -> str:
    """What is this comment, read without knowing what the machine or anybody else said?"""
    _sees_all()
    return _sample(_month(month), at=request.args.get("at", type=int))


@checking.post("/sample/<month>/<int:place>")
@requires("check_comments")
def label_in_sample(month: str, place: int) -> ResponseReturnValue:
    """Keep what one of the two people says of a comment, and go on to their next."""
    _sees_all()
    found = queries.sample_of(_month(month))
    chosen, themes = request.form.get("label", ""), request.form.getlist("themes")
    try:
        label_item(found, place, chosen, themes, by=current_user_id(), now=utc_now())
    except InvalidInput as problem:
        return _sample(found.month, at=place, problem=problem.message, typed=(chosen or None, themes)), 422
    except (Refused, NotFound) as problem:
        flash(problem.message)
    return redirect(url_for("checking.sample", month=month, _anchor="comment"), code=303)


@checking.get("/machine/")
@requires("check_comments")
def machine() -> str:
    """How good is the machine?"""
    return _machine(RulesForm.of(queries.checking_rules()))


@checking.post("/machine/rules")
@requires("edit_themes")
def save_rules() -> ResponseReturnValue:
    """How large a sample is, and from when on a theme is reported."""
    form = RulesForm()
    if not form.validate():
        return _machine(form, has_errors=True), 422
    is_changed = set_checking_rules(form.facts, by=current_user_id(), now=utc_now())
    flash("It holds from now on." if is_changed else "Nothing was changed.")
    return redirect(url_for("checking.machine"), code=303)


def _ask_again(reference: str, problem: str, *, seen: str, source: LabelSource) -> str:
    return staff_page(
        "comments/label.html",
        comment=labelled(queries.comment_to_label(reference, current_scope())),
        problem=problem,
        chosen=request.form.get("label", ""),
        seen=seen,
        source=source,
        back=_back(),
        has_errors=True,
    )


def _sample(
    month: date, *, at: int | None, problem: str | None = None, typed: tuple[str | None, list[str]] | None = None
) -> str:
    found = queries.samples()
    chosen = next((each for each in found if each.month == month), None)
    if chosen is None:
        raise NotFound("No sample was drawn for this month.")
    page = sample_page(chosen, found, viewer=current_user_id(), at=at, themes=active_themes(), typed=typed)
    return staff_page("comments/sample.html", page=page, problem=problem, has_errors=problem is not None)


def _machine(form: RulesForm, *, has_errors: bool = False) -> str:
    read, rules = queries.complete_samples(), queries.checking_rules()
    themes = queries.theme_qualities(read)
    page = machine_page(
        read,
        themes,
        names={theme.code: theme.name for theme in active_themes()},
        not_reported=unreported(themes, least_recall=rules.least_recall, fewest_cases=rules.fewest_cases),
        fewest_cases=rules.fewest_cases,
    )
    return staff_page(
        "comments/machine.html",
        page=page,
        columns=MONTH_COLUMNS,
        rules=rules,
        form=form if current_viewer().may("edit_themes") else None,
        problems=[field for field in form if field.errors],
        has_errors=has_errors,
    )


def _sees_all() -> None:
    """The sample is of all services: who sees only some of them would leave the others unread."""
    if not current_scope().is_everything:
        raise Refused("The blind sample is drawn from all services. Only who sees all of them can read it.")


def _month(label: str) -> date:
    found = Period.parse(label)
    if found != Period.month_of(found.first):
        raise InvalidInput("Choose a month, such as 2026-03.")
    return found.first


def _next_first(today: date) -> date:
    """The first day of the month after this one."""
    return date(today.year + today.month // 12, today.month % 12 + 1, 1)


def _back() -> str:
    return own_address(request.form.get("back"), COMMENTS)
