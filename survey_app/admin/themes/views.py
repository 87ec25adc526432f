"""Themes: what each finds, and changing them. Keywords are tried on past comments before they are kept."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_user_id, current_viewer, names_of_users
from survey_app.admin.themes import presenters
from survey_app.admin.themes.forms import ThemeForm
from survey_app.admin.themes.presenters import TrialPage
from survey_app.admin.themes.queries import past_comments, texts_to_try, themes_of_texts
from survey_app.comments.models import Theme, ThemeEdit
from survey_app.comments.themes import ThemeRule, read_keywords
from survey_app.comments.themes.operations import (
    ChangedMeanwhile,
    add_theme,
    bring_back_theme,
    change_theme,
    ensure_themes,
    retire_theme,
    undo_edit,
)
from survey_app.comments.themes.queries import (
    all_themes,
    difference_of,
    edit_by_id,
    edits_of,
    newest_edit_id,
    newest_edits,
    sorting,
    state_of,
    theme_by_code,
)
from survey_app.comments.themes.trying import Trial, try_rule
from survey_app.dashboards.queries import CommentFilter, data_days, sentiment_counts, theme_counts
from survey_app.dashboards.selection import last_12_months
from survey_app.extensions import write_from_here
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import Refused
from survey_app.kernel.periods import Period
from survey_app.web.access import requires
from survey_app.web.transactions import reads_first

themes_admin = Blueprint("themes_admin", __name__, url_prefix="/admin/themes")


def init_app(app: Flask) -> None:
    app.register_blueprint(themes_admin)


@themes_admin.get("/")
@requires("edit_themes")
def index() -> str:
    """Which themes are there, what does each find, and which needs attention?"""
    themes, edits, chosen = all_themes(), newest_edits(), _last_year()
    counts = theme_counts(chosen, most=len(themes)) if themes else []
    total = sum(sentiment_counts(chosen).values()) if themes else 0
    names = names_of_users([edit.edited_by for edit in edits.values()])
    running = sorting()
    rows = presenters.theme_rows(themes, counts, total, edits, names)
    claim, rest = presenters.answer(rows, total, running)
    return staff_page(
        "admin/themes/index.html",
        claim=claim,
        rest=rest,
        active=[row for row in rows if row.is_active],
        retired=[row for row in rows if not row.is_active],
        total=total,
        period=chosen.period,
        sorting=running,
        missing=presenters.missing_standards(themes),
    )


@themes_admin.post("/standard")
@requires("edit_themes")
def begin() -> ResponseReturnValue:
    """Begin with the standard themes, before the first comment does."""
    ensure_themes()
    flash("The standard themes are in use.")
    return redirect(url_for("themes_admin.index"), code=303)


@themes_admin.get("/new")
@requires("edit_themes")
def new() -> str:
    """What shall a new theme find? A standard one that is not here is filled in."""
    standard = presenters.standard_state(request.args.get("standard", ""))
    form = ThemeForm.of(standard, based_on=0) if standard else ThemeForm(formdata=None)
    return _page(None, form)


@themes_admin.post("/new")
@requires("edit_themes")
@reads_first
def save_new() -> ResponseReturnValue:
    """Try it, which changes nothing, or keep it."""
    form = ThemeForm()
    if not form.validate():
        return _page(None, form), 400
    if request.form.get("act") != "keep" or not form.is_tried:
        return _tried(None, form)
    write_from_here()
    try:
        theme = add_theme(form.state, sorts_past=form.sorts_past, now=utc_now(), by=current_user_id())
    except Refused as problem:
        form.name.errors = [problem.message]
        return _page(None, form), 400
    return _kept(theme, f"{theme.name} is kept.{_sorted_words(form.sorts_past)}")


@themes_admin.get("/<code>")
@requires("edit_themes")
def edit(code: str) -> str:
    """What does this theme find, and what should it? With `standard` its keywords are the standard ones."""
    theme = theme_by_code(code)
    form = ThemeForm.of(state_of(theme), based_on=newest_edit_id(theme))
    standard = presenters.standard_state(code) if "standard" in request.args else None
    if standard is not None:
        form.keywords.data = standard.keywords
        form.definition.data = form.definition.data or standard.definition
    return _page(theme, form)


@themes_admin.post("/<code>")
@requires("edit_themes")
@reads_first
def save(code: str) -> ResponseReturnValue:
    """Try it, which changes nothing, or keep it; keywords that nobody has tried are tried first."""
    theme, form = theme_by_code(code), ThemeForm()
    if not form.validate():
        return _page(theme, form), 400
    needs_trial = set(read_keywords(form.keywords.data)) != set(read_keywords(theme.keywords)) and not form.is_tried
    if request.form.get("act") != "keep" or needs_trial:
        return _tried(theme, form)
    write_from_here()
    try:
        kept = change_theme(
            theme,
            form.state,
            based_on=form.edit_id,
            sorts_past=form.sorts_past,
            now=utc_now(),
            by=current_user_id(),
        )
    except ChangedMeanwhile:
        return _page(theme, form, meanwhile=_meanwhile(theme, form)), 409
    except Refused as problem:
        (form.reach if "being sorted" in problem.message else form.name).errors = [problem.message]
        return _page(theme, form), 400
    if kept is None:
        return _kept(theme, "Nothing was changed: the theme stood like that already.")
    return _kept(theme, f"{theme.name} is kept.{_sorted_words(kept.sorts_past)}")


@themes_admin.get("/<code>/history")
@requires("edit_themes")
def history(code: str) -> str:
    """Who changed what, when, and what moved?"""
    theme = theme_by_code(code)
    edits = edits_of(theme)
    rows = presenters.edit_rows(edits, names_of_users([edit.edited_by for edit in edits]))
    is_sorting = any(edit.done_at is None for edit in edits)
    return staff_page("admin/themes/history.html", theme=theme, rows=rows, sorting=sorting() if is_sorting else None)


@themes_admin.post("/<code>/retire")
@requires("edit_themes")
def retire(code: str) -> ResponseReturnValue:
    """Use it no longer. What was found and quoted stays."""
    theme = theme_by_code(code)
    retire_theme(theme, now=utc_now(), by=current_user_id())
    return _kept(theme, f"{theme.name} is retired. What was quoted and heard stays.")


@themes_admin.post("/<code>/bring-back")
@requires("edit_themes")
def bring_back(code: str) -> ResponseReturnValue:
    """Use it again."""
    theme = theme_by_code(code)
    bring_back_theme(theme, now=utc_now(), by=current_user_id())
    return _kept(theme, f"{theme.name} is in use again.{_sorted_words(True)}")


@themes_admin.post("/edits/<int:edit_id>/undo")
@requires("edit_themes")
def undo(edit_id: int) -> ResponseReturnValue:
    """Have the theme as it was before its last change."""
    edit = edit_by_id(edit_id)
    theme = next(theme for theme in all_themes() if theme.id == edit.theme_id)
    try:
        undone = undo_edit(edit, now=utc_now(), by=current_user_id())
    except Refused as problem:
        return _kept(theme, problem.message)
    words = f"The change of {theme.name} is undone."
    return _kept(theme, words + _sorted_words(undone is not None and undone.sorts_past))


def _kept(theme: Theme, words: str) -> ResponseReturnValue:
    flash(words, url_for("themes_admin.history", code=theme.code))
    return redirect(url_for("themes_admin.index"), code=303)


def _sorted_words(sorts_past: bool) -> str:
    return " Past comments are being sorted anew." if sorts_past else ""


def _meanwhile(theme: Theme, form: ThemeForm) -> ThemeEdit | None:
    """The change that came between; the form is now made from it, so that whoever has read it may go on."""
    found = next(iter(edits_of(theme)), None)
    form.based_on.data = str(found.id if found else 0)
    return found


def _tried(theme: Theme | None, form: ThemeForm) -> str:
    """The page with what the keywords would find in past comments. Stores nothing."""
    rule = form.rule(theme.code if theme else "new")
    chosen = _last_year()
    pairs = themes_of_texts(chosen)
    found_now = {comment for comment, theme_id in pairs if theme and theme_id == theme.id}
    trial = try_rule(rule, texts_to_try(chosen), found_now)
    form.tried.data = form.digest
    before = ThemeRule(theme.code, theme.name, read_keywords(theme.keywords)) if theme else None
    page = presenters.trial_page(
        trial,
        rule,
        before,
        period=chosen.period,
        pairs=pairs,
        theme_id=theme.id if theme else None,
        themes=all_themes(),
        comments=past_comments(_readable(trial)),
    )
    return _page(theme, form, trial=page, was_untried=request.form.get("act") == "keep")


def _readable(trial: Trial) -> list[int]:
    return presenters.shown_ids(trial) if current_viewer().may("view_comments") else []


def _page(
    theme: Theme | None,
    form: ThemeForm,
    *,
    trial: TrialPage | None = None,
    was_untried: bool = False,
    meanwhile: ThemeEdit | None = None,
) -> str:
    return staff_page(
        "admin/themes/edit.html",
        theme=theme,
        form=form,
        trial=trial,
        was_untried=was_untried,
        meanwhile=difference_of(meanwhile) if meanwhile else None,
        standard=presenters.standard_set(theme) if theme else None,
        has_errors=bool(form.errors or meanwhile),
    )


def _last_year() -> CommentFilter:
    """The last twelve months that have answers, in the viewer's scope: those of the page of comments."""
    scope, today = current_scope(), london_day(utc_now())
    days = data_days(scope)
    return CommentFilter(scope, last_12_months(days) if days else Period.financial_year_of(today))
