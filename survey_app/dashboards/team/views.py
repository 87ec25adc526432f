"""How is my team doing? One's own teams, one at a time, and never against another."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Flask, flash, redirect, request
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_user_id, current_viewer
from survey_app.actions.ideas.operations import drop_idea, write_idea
from survey_app.actions.ideas.presenters import idea_row
from survey_app.actions.ideas.queries import own_idea, own_ideas
from survey_app.charts import AxisSwitch, Link
from survey_app.dashboards import addresses, queries
from survey_app.dashboards.presenters.frame import FOOTER
from survey_app.dashboards.selection import read_axis
from survey_app.dashboards.team.forms import IdeaForm
from survey_app.dashboards.team.presenters import team_page
from survey_app.dashboards.team.queries import own_teams, read_team
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.measures.of_parts import TEAM_BASE
from survey_app.organisation.models import Team
from survey_app.organisation.presenters import council_view
from survey_app.web.access import requires

MOST_IDEAS = 20

team = Blueprint("team", __name__)


def init_app(app: Flask) -> None:
    app.register_blueprint(team)


@team.get(addresses.MY_TEAM)
@requires("view_results")
def index() -> str:
    """What do residents say of us, is it better than a year before, and what came of it?"""
    return _page(_form(None))


@team.post(f"{addresses.MY_TEAM}/ideas")
@requires("view_results")
def write() -> ResponseReturnValue:
    """Put an idea into the box; what was typed stays where it cannot be taken."""
    form = _form(request.form)
    if not form.validate():
        return _page(form), 422
    service = queries.service_in(current_scope(), form.service.data)
    teams = own_teams(current_user_id())
    mine = _chosen(teams) if teams else None
    try:
        write_idea(form.words.data or "", service, mine, now=utc_now(), by=current_user_id())
    except InvalidInput as problem:
        form.words.errors = [problem.message]
        return _page(form), 422
    flash("It is in the box. You read the answer here.")
    return redirect(_here(mine), code=303)


@team.post(f"{addresses.MY_TEAM}/ideas/<reference>/take-back")
@requires("view_results")
def take_back(reference: str) -> ResponseReturnValue:
    """Take one's own idea out of the box while nobody has answered."""
    idea = own_idea(reference, current_user_id())
    mine = idea.team
    try:
        drop_idea(idea, now=utc_now(), by=current_user_id())
        flash("Your idea is out of the box again.")
    except Refused as problem:
        flash(problem.message)
    return redirect(_here(mine), code=303)


def _page(form: IdeaForm) -> str:
    teams, now = own_teams(current_user_id()), utc_now()
    chosen = _chosen(teams) if teams else None
    read, here = None, _here(chosen)
    axis = AxisSwitch(read_axis(request.args), here, _here(chosen, axis="full"))
    if chosen is not None:
        read = read_team(chosen, current_scope(), may_comments=current_viewer().may("view_comments"), now=now)
    return staff_page(
        "dashboards/team/index.html",
        teams=[Link(each.name, _here(each)) for each in teams],
        here=here,
        chosen=chosen,
        page=None if read is None else team_page(read, brand=council_view().brand_colour, now=now, axis=axis),
        fewest=TEAM_BASE,
        form=form,
        ideas=[idea_row(each) for each in own_ideas(current_user_id(), most=MOST_IDEAS)],
        has_errors=bool(form.errors),
        **FOOTER,
    )


def _chosen(teams: Sequence[Team]) -> Team:
    """The team of the address, else the first. Another's is as if it were not there."""
    code = request.args.get("team") or teams[0].code
    found = next((each for each in teams if each.code == code), None)
    if found is None:
        raise NotFound("You are in no such team.")
    return found


def _here(chosen: Team | None, **more: str) -> str:
    return addresses.with_arguments(addresses.MY_TEAM, {"team": chosen.code if chosen else None} | more)


def _form(typed: object) -> IdeaForm:
    form = IdeaForm() if typed is None else IdeaForm(typed)
    form.offer(queries.services_in(current_scope()))
    return form
