"""Who has access, what may they do, and how do they sign in?"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.break_glass.operations import note_test
from survey_app.accounts.models import SecondStepFor, User
from survey_app.accounts.people import operations
from survey_app.accounts.people.operations import NewPerson
from survey_app.accounts.people.queries import (
    Wanted,
    by_single_sign_on,
    how_many,
    lacking_second_step,
    people,
    staff_with_access,
)
from survey_app.accounts.people.team_file import MOST_BYTES
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id, sign_in_rules, user_by_id
from survey_app.accounts.roles import ROLES, RoleName
from survey_app.accounts.second_step.forms import RuleForm
from survey_app.accounts.second_step.operations import set_second_step_for
from survey_app.accounts.single_sign_on.presenters import left_without_it, linked_accounts
from survey_app.admin.users import presenters
from survey_app.admin.users.forms import PersonForm, RoleForm, TeamFileForm, TeamsForm
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import AppError, InvalidInput
from survey_app.web.access import requires
from survey_app.web.paging import read_page
from survey_app.web.uploads import takes_files

PAGE_SIZE = 50
TEAM_FILE_BYTES = MOST_BYTES + 1_000_000  # more than a file may have, so that the page itself can say so
DONE = {
    "added": "Added. An e-mail with the link to choose a password is on its way.",
    "changed": "Changed. It holds from their next sign-in; they were signed out.",
    "teams": "Changed. Their page shows these teams from now on.",
    "ended": "Their access has ended, and they are signed out everywhere. It can be given back.",
    "given-back": "They can sign in again, as what they were.",
    "taken-away": "Their second step is gone, and they are signed out. An e-mail tells them.",
    "welcomed": "An e-mail with a new link to choose a password is on its way to them.",
    "unlinked": "Unlinked, and they are signed out everywhere.",
    "signed-out": "They are signed out everywhere.",
    "tested": "Noted as a test. Now seal a new password.",
    "rule": "Changed. It holds from each one’s next sign-in.",
}

users = Blueprint("users", __name__, url_prefix="/admin/users")


def init_app(app: Flask) -> None:
    app.register_blueprint(users)


@users.get("/")
@requires("manage_users")
def index() -> str:
    """Who has access, and who of them signs in with a password alone?"""
    wanted = Wanted(request.args.get("role", ""), request.args.get("state", ""))
    total = how_many(wanted)
    page = read_page(
        request.args.get("page"),
        size=PAGE_SIZE,
        total=total,
        path=request.path,
        arguments={"role": wanted.role, "state": wanted.state},
        order="by name",
    )
    listed = people(wanted, skip=page.skip, most=page.size)
    councils_own = by_single_sign_on(listed)
    claim, rest = presenters.answer(how_many(Wanted(state="active")), lacking_second_step())
    return staff_page(
        "admin/users/index.html",
        claim=claim,
        rest=rest,
        rows=[presenters.person_row(user, councils_own) for user in listed],
        page=page,
        wanted=wanted,
        words=presenters.filter_words(total, presenters.chosen_words(wanted.role, wanted.state)),
        roles=[("", "All roles"), *((name, rule.label) for name, rule in ROLES.items())],
        states=[("", "Everybody"), *presenters.STATES.items()],
        rule=RuleForm(formdata=None, second_step_for=sign_in_rules().second_step_for),
        done=DONE.get(request.args.get("done", "")),
    )


@users.post("/rule")
@requires("manage_users")
def set_rule() -> ResponseReturnValue:
    """Say who needs a second step."""
    form = RuleForm()
    if form.validate():
        set_second_step_for(SecondStepFor(form.second_step_for.data), now=utc_now(), by=current_user_id())
    return redirect(url_for("users.index", done="rule"), code=303)


@users.get("/add")
@requires("manage_users")
def new() -> str:
    """Who is to have access, and to what?"""
    return _new_page(PersonForm(formdata=None))


@users.post("/add")
@requires("manage_users")
def add() -> ResponseReturnValue:
    """Add somebody; a letter asks them to choose a password."""
    form = PersonForm()
    if not form.validate():
        return _new_page(form), 422
    person = NewPerson(form.name.data, form.email.data, form.role.data, form.chosen, form.is_break_glass.data)
    try:
        user = operations.add_person(person, now=utc_now(), by=current_user_id())
    except AppError as error:
        form.email.errors = [str(error)]
        return _new_page(form), 422
    return redirect(url_for("users.one", user_id=user.id, done="added"), code=303)


@users.get("/teams")
@requires("manage_users")
def teams() -> str:
    """Who is in which team, and how do I say so for many at once?"""
    return _teams_page(TeamFileForm(formdata=None))


@users.post("/teams")
@requires("manage_users")
@takes_files(TEAM_FILE_BYTES)
def bring_teams() -> ResponseReturnValue:
    """Set the teams of everybody whom a file names, and say what became of its rows. Nothing of the file is kept."""
    form = TeamFileForm()
    if not form.validate():
        return _teams_page(form), 422
    try:
        result = operations.bring_teams(form.file.data.stream.read(), now=utc_now(), by=current_user_id())
    except InvalidInput as problem:
        form.file.errors = [problem.message]
        return _teams_page(form), 422
    return _teams_page(TeamFileForm(formdata=None), result)


@users.get("/<int:user_id>/")
@requires("manage_users")
def one(user_id: int) -> str:
    """What may this person do, how do they sign in, and what is to change?"""
    user = user_by_id(user_id)
    return _person_page(user, _role_form(user))


@users.post("/<int:user_id>/role")
@requires("manage_users")
def change_role(user_id: int) -> ResponseReturnValue:
    """Give somebody another role, or other services."""
    user, form = user_by_id(user_id), RoleForm()
    if not form.validate():
        return _person_page(user, form), 422
    return _done(
        user,
        "changed",
        lambda: operations.change_role(user, form.role.data, form.chosen, now=utc_now(), by=current_user_id()),
    )


@users.post("/<int:user_id>/teams")
@requires("manage_users")
def set_teams(user_id: int) -> ResponseReturnValue:
    """Say in which teams somebody answers contacts."""
    user, form = user_by_id(user_id), TeamsForm()
    if not form.validate():
        return _person_page(user, _role_form(user), "There is no such team."), 422
    return _done(
        user, "teams", lambda: operations.set_teams(user, form.teams.data, now=utc_now(), by=current_user_id())
    )


@users.post("/<int:user_id>/end")
@requires("manage_users")
def end(user_id: int) -> ResponseReturnValue:
    """End somebody's access at once."""
    user = user_by_id(user_id)
    return _done(user, "ended", lambda: operations.end_access(user, now=utc_now(), by=current_user_id()))


@users.post("/<int:user_id>/give-back")
@requires("manage_users")
def give_back(user_id: int) -> ResponseReturnValue:
    """Take an ending back."""
    user = user_by_id(user_id)
    return _done(user, "given-back", lambda: operations.give_back_access(user, now=utc_now(), by=current_user_id()))


@users.post("/<int:user_id>/second-step")
@requires("manage_users")
def take_second_step_away(user_id: int) -> ResponseReturnValue:
    """For somebody who has lost what they sign in with."""
    user = user_by_id(user_id)
    return _done(
        user, "taken-away", lambda: operations.take_second_step_away(user, now=utc_now(), by=current_user_id())
    )


@users.post("/<int:user_id>/welcome")
@requires("manage_users")
def welcome(user_id: int) -> ResponseReturnValue:
    """Send a fresh address to choose the first password."""
    user = user_by_id(user_id)
    return _done(user, "welcomed", lambda: operations.welcome_again(user, now=utc_now(), by=current_user_id()))


@users.post("/<int:user_id>/sign-out")
@requires("manage_users")
def sign_out(user_id: int) -> ResponseReturnValue:
    """End somebody's sessions, as after a lost laptop."""
    user = user_by_id(user_id)
    return _done(user, "signed-out", lambda: operations.sign_out_everywhere(user, now=utc_now(), by=current_user_id()))


@users.post("/<int:user_id>/unlink")
@requires("manage_users")
def unlink(user_id: int) -> ResponseReturnValue:
    """From now on the council's own sign-in does not let somebody in."""
    user = user_by_id(user_id)
    return _done(user, "unlinked", lambda: operations.unlink_single_sign_on(user, now=utc_now(), by=current_user_id()))


@users.post("/<int:user_id>/tested")
@requires("manage_users")
def tested(user_id: int) -> ResponseReturnValue:
    """The last use of a sealed account was a test."""
    user = user_by_id(user_id)
    return _done(user, "tested", lambda: note_test(user, now=utc_now(), by=current_user_id()))


def _done(user: User, what: str, act: Callable[[], None]) -> ResponseReturnValue:
    """Do it and say so; what is refused is said on the same page."""
    try:
        act()
    except AppError as error:
        return _person_page(user, _role_form(user), str(error)), 409
    return redirect(url_for("users.one", user_id=user.id, done=what), code=303)


def _role_form(user: User) -> RoleForm:
    role = next(iter(user.role_names), RoleName.ADVISER)
    return RoleForm(formdata=None, role=role, services=[service.code for service in user.services])


def _person_page(user: User, form: RoleForm, refused: str | None = None) -> str:
    now = utc_now()
    return staff_page(
        "admin/users/one.html",
        person=user,
        row=presenters.person_row(user, by_single_sign_on([user])),
        form=form,
        teams=TeamsForm(formdata=None, teams=[team.code for team in user.teams]),
        refused=refused,
        done=DONE.get(request.args.get("done", "")),
        linked=linked_accounts(user),
        without_it=left_without_it(user),
        is_oneself=user.id == current_user_id(),
        is_staff=presenters.is_staff(user),
        sealed_words=presenters.break_glass_words(user, now) if user.is_break_glass else None,
        has_errors=bool(form.errors or refused),
    )


def _teams_page(form: TeamFileForm, result: operations.TeamsBrought | None = None) -> str:
    return staff_page(
        "admin/users/teams.html",
        rows=[(user.id, user.name or user.email, [team.name for team in user.teams]) for user in staff_with_access()],
        form=form,
        result=result,
        has_errors=bool(form.errors),
    )


def _new_page(form: PersonForm) -> str:
    return staff_page("admin/users/add.html", form=form, has_errors=bool(form.errors))
