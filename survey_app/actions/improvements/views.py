"""The pages of improvements. Missing ones and those outside a viewer's services look alike."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_user_id, current_viewer
from survey_app.actions.ideas.operations import take_up
from survey_app.actions.ideas.queries import idea_called
from survey_app.actions.improvements import operations, queries
from survey_app.actions.improvements.aims import can_be_moved
from survey_app.actions.improvements.forms import FigureForm, ImprovementForm, filled
from survey_app.actions.improvements.letters import letter_of
from survey_app.actions.improvements.presenters import improvement_page, rows_of
from survey_app.actions.models import Improvement, Prompt
from survey_app.comments.queries import active_themes
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.kernel.periods import Period
from survey_app.measures.own.queries import all_measures
from survey_app.measures.queries import query_from_id
from survey_app.measures.queries.effects import chart_figures
from survey_app.measures.queries.standing import read_standing
from survey_app.organisation.presenters import council_view
from survey_app.organisation.queries import all_services, all_sites
from survey_app.web.access import requires
from survey_app.web.menu import FigureAction, add_figure_action

MOST_QUOTABLE = 20

improvements_pages = Blueprint("improvements", __name__, url_prefix="/actions/improvements")


def init_app(app: Flask) -> None:
    app.register_blueprint(improvements_pages)
    hear = FigureAction(
        "Add to an improvement", "write_improvements", lambda figure: url_for("improvements.figure", figure=figure)
    )
    add_figure_action(app, hear)


@improvements_pages.get("/")
@requires("view_results")
def index() -> str:
    """What did we change, and did it help? By financial year, the newest first."""
    now = utc_now()
    standing = read_standing(now)
    known = queries.improvements(current_scope(), standing.services)
    years = list(dict.fromkeys(Period.financial_year_of(each.done_on).label for each in known))
    chosen = request.args.get("year") or (years[0] if years else "")
    if chosen and chosen not in years:
        raise NotFound("There is no improvement of that year.")
    shown = [each for each in known if Period.financial_year_of(each.done_on).label == chosen]
    rows = rows_of(queries.effects_of(shown, now=now, standing=standing))
    return staff_page(
        "actions/improvements/index.html",
        rows=rows,
        years=years,
        chosen=chosen,
        helped=sum(row.tag[0] == "improvement" for row in rows),
        dropped=request.args.get("dropped"),
        may_write=_may_write(),
    )


@improvements_pages.get("/new")
@requires("write_improvements")
def new() -> str:
    """What did you hear and do, and what should it move? An idea of staff stands in the form already."""
    form = ImprovementForm()
    if reference := request.args.get("idea"):
        idea = idea_called(reference, current_scope())
        form = ImprovementForm(
            idea=reference, heard=idea.words, prompt=Prompt.STAFF_IDEA.value, services=[idea.service.code]
        )
    return _form_page(_offered(form), None)


@improvements_pages.post("/")
@requires("write_improvements")
def enter() -> ResponseReturnValue:
    """Keep it under the next letter; what cannot be taken comes back as it was typed."""
    form = _offered(ImprovementForm())
    if not form.validate():
        return _form_page(form, None), 400
    try:
        improvement = operations.enter_improvement(
            form.written, form.aim, scope=current_scope(), now=utc_now(), by=current_user_id()
        )
    except (InvalidInput, NotFound) as problem:
        form.services.errors = [problem.message]
        return _form_page(form, None), 400
    if form.idea.data and current_viewer().may("lead_teams"):
        take_up(idea_called(form.idea.data, current_scope()), improvement, now=utc_now(), by=current_user_id())
    flash(f"Improvement {letter_of(improvement.number)} is kept.")
    return _to(improvement)


@improvements_pages.get("/<letter>")
@requires("view_results")
def one(letter: str) -> str:
    """What was heard, what was done, and did it help?"""
    improvement, now = queries.improvement_called(letter, current_scope()), utc_now()
    standing = read_standing(now)
    effect = queries.effect_of(improvement, now=now, standing=standing)
    page = improvement_page(
        improvement,
        effect,
        chart_figures(effect, standing),
        queries.theme_names(),
        brand=council_view().brand_colour,
        may_read_comments=current_viewer().may("view_comments"),
        sees_all=current_scope().is_everything,
    )
    return staff_page("actions/improvements/one.html", improvement=improvement, page=page, may_write=_may_write())


@improvements_pages.get("/<letter>/edit")
@requires("write_improvements")
def edit(letter: str) -> str:
    """Write it down anew."""
    improvement = queries.improvement_called(letter, current_scope())
    return _form_page(_offered(filled(improvement)), improvement)


@improvements_pages.post("/<letter>/edit")
@requires("write_improvements")
def change(letter: str) -> ResponseReturnValue:
    """Keep what was changed; another measure or place counts as named today."""
    improvement = queries.improvement_called(letter, current_scope())
    form = _offered(ImprovementForm())
    if not form.validate():
        return _form_page(form, improvement), 400
    try:
        operations.change_improvement(
            improvement, form.written, form.aim, scope=current_scope(), now=utc_now(), by=current_user_id()
        )
    except (InvalidInput, NotFound) as problem:
        form.services.errors = [problem.message]
        return _form_page(form, improvement), 400
    flash("Your changes are kept.")
    return _to(improvement)


@improvements_pages.post("/<letter>/drop")
@requires("write_improvements")
def drop(letter: str) -> ResponseReturnValue:
    """It was entered by mistake; the page it leads to offers to bring it back."""
    operations.drop_improvement(
        queries.improvement_called(letter, current_scope()), now=utc_now(), by=current_user_id()
    )
    return redirect(url_for("improvements.index", dropped=letter), code=303)


@improvements_pages.post("/<letter>/bring-back")
@requires("write_improvements")
def bring_back(letter: str) -> ResponseReturnValue:
    """Undo of dropping it."""
    improvement = queries.improvement_called(letter, current_scope(), is_dropped=True)
    operations.bring_back(improvement, now=utc_now(), by=current_user_id())
    flash(f"Improvement {letter} is back.")
    return _to(improvement)


@improvements_pages.get("/<letter>/heard")
@requires("write_improvements")
def heard(letter: str) -> str:
    """What did people say? Themes and redacted comments of just its services and channels."""
    improvement = queries.improvement_called(letter, current_scope())
    themes = active_themes()
    theme = request.args.get("theme") or None
    if theme is not None and theme not in {each.code for each in themes}:
        raise NotFound("There is no such theme.")
    may_quote = current_viewer().may("view_comments")
    return staff_page(
        "actions/improvements/heard.html",
        improvement=improvement,
        letter=letter,
        themes=themes,
        heard_themes={each.theme for each in improvement.heard_from},
        theme=theme,
        comments=queries.quotable(improvement, theme=theme, most=MOST_QUOTABLE) if may_quote else [],
        may_quote=may_quote,
    )


@improvements_pages.post("/<letter>/heard/theme")
@requires("write_improvements")
def hear_theme(letter: str) -> ResponseReturnValue:
    """People spoke of this theme."""
    improvement = queries.improvement_called(letter, current_scope())
    operations.hear_theme(improvement, request.form.get("theme", ""), now=utc_now(), by=current_user_id())
    flash("The theme is added.")
    return redirect(url_for("improvements.heard", letter=letter), code=303)


@improvements_pages.post("/<letter>/heard/quote")
@requires("write_improvements")
def hear_quote(letter: str) -> ResponseReturnValue:
    """Quote one comment, as it stands redacted."""
    improvement = queries.improvement_called(letter, current_scope())
    if not current_viewer().may("view_comments"):
        raise Refused("Only somebody who may read comments can quote one.")
    comment = queries.comment_within(improvement, request.form.get("comment", default=0, type=int))
    try:
        operations.hear_quote(improvement, comment, now=utc_now(), by=current_user_id())
        flash("The comment is quoted.")
    except Refused as problem:
        flash(problem.message)
    return redirect(url_for("improvements.heard", letter=letter, theme=request.form.get("theme") or None), code=303)


@improvements_pages.post("/<letter>/heard/<int:heard_id>/take-away")
@requires("write_improvements")
def take_away(letter: str, heard_id: int) -> ResponseReturnValue:
    """One thing less that was heard."""
    improvement = queries.improvement_called(letter, current_scope())
    operations.unhear(queries.heard_by_id(improvement, heard_id), improvement, now=utc_now(), by=current_user_id())
    flash("It is taken away. Nothing of the survey was changed.")
    return _to(improvement)


@improvements_pages.get("/figure")
@requires("write_improvements")
def figure() -> str:
    """To which improvement does this figure belong?"""
    return _figure_page(FigureForm(figure=request.args.get("figure", "")))


@improvements_pages.post("/figure")
@requires("write_improvements")
def hear_figure() -> ResponseReturnValue:
    """Freeze the figure with its passport, as what was heard."""
    form, scope = FigureForm(), current_scope()
    if not form.validate():
        return _figure_page(form), 400
    try:
        improvement = queries.improvement_called(form.improvement.data, scope)
        query = query_from_id(form.figure.data)
        operations.hear_figure(improvement, query, scope=scope, now=utc_now(), by=current_user_id())
    except (InvalidInput, NotFound, Refused) as problem:
        form.improvement.errors = [problem.message]
        return _figure_page(form), 400
    flash("The figure is kept as it is now, with its passport.")
    return _to(improvement)


def _figure_page(form: FigureForm) -> str:
    form.improvement.choices = [
        SelectChoice(letter_of(each.number), f"{letter_of(each.number)} {each.title}")
        for each in queries.improvements(current_scope())
    ]
    return staff_page("actions/improvements/figure.html", form=form, has_errors=bool(form.errors))


def _offered(form: ImprovementForm) -> ImprovementForm:
    """With what this viewer may choose."""
    scope = current_scope()
    form.offer(
        [measure for measure in all_measures() if can_be_moved(measure)],
        [service for service in all_services() if scope.allows(service.id)],
        all_sites(),
    )
    return form


def _form_page(form: ImprovementForm, improvement: Improvement | None) -> str:
    return staff_page(
        "actions/improvements/form.html",
        form=form,
        improvement=improvement,
        letter=None if improvement is None else letter_of(improvement.number),
        is_over=improvement is not None and improvement.done_on <= london_day(utc_now()),
        sees_all=current_scope().is_everything,
        has_errors=bool(form.errors),
    )


def _to(improvement: Improvement) -> ResponseReturnValue:
    return redirect(url_for("improvements.one", letter=letter_of(improvement.number)), code=303)


def _may_write() -> bool:
    return current_viewer().may("write_improvements")
