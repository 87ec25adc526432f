"""What an administrator does about somebody's access. Each act is in the audit, without a name or an address."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from flask import current_app
from sqlalchemy import delete, select

from survey_app.accounts.first_link import WELCOME_DAYS
from survey_app.accounts.models import FORGOTTEN, Role, StaffSession, User
from survey_app.accounts.operations import (
    checked_services,
    deactivate,
    end_sessions,
    invite_user,
    letter_to_staff,
    send_after_answer,
)
from survey_app.accounts.people.letters import TAKEN_AWAY, WELCOME, taken_away_letter, welcome_letter
from survey_app.accounts.people.queries import administrators_beside, staff_with_access
from survey_app.accounts.people.team_file import COLUMNS, MOST_BYTES, read_teams
from survey_app.accounts.queries import role_by_name, welcome_link
from survey_app.accounts.roles import ROLES, RoleName
from survey_app.accounts.second_step.operations import is_needed, remove_second_step
from survey_app.accounts.single_sign_on.operations import unlink
from survey_app.accounts.single_sign_on.queries import identities_of, would_sign_in_locally
from survey_app.audit.operations import record_act_by
from survey_app.extensions import db
from survey_app.kernel.csvfile import CsvFile
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.kernel.tokens import new_reference
from survey_app.organisation.models import Team
from survey_app.organisation.queries import all_teams, council
from survey_app.settings import Settings

NOT_ONESELF = "Nobody changes their own access: ask another administrator."
THE_LAST = "This is the last administrator who can sign in. Make somebody else one first."
NOT_LINKED = "No council account is linked to them: there is nothing to unlink."
OF_THE_FRAMEWORK = "Assessors are invited, and their access is ended, on the page of their framework."
NOBODY_KNOWS = "Who this was has been deleted. Add them as somebody new."
SEALED = "A break-glass account is an administrator’s and stays one. End its access, and make another account."


@dataclass(frozen=True)
class NewPerson:
    """Who is given access, and to what; `services` are codes."""

    name: str
    email: str
    role: str
    services: Sequence[str] = ()
    is_break_glass: bool = False


def add_person(person: NewPerson, *, now: datetime, by: int) -> User:
    """Add somebody and write to them. InvalidInput for an address that is taken, or a role that does not fit."""
    _refuse_outsiders(person.role)
    if person.is_break_glass and person.role != RoleName.ADMINISTRATOR:
        raise InvalidInput("A break-glass account is an administrator’s.")
    user = invite_user(person.email, person.name, person.role, now, person.services)
    user.is_break_glass = person.is_break_glass
    facts = _facts(user) | ({"break_glass": True} if user.is_break_glass else {})
    record_act_by("user invited", f"user {user.id}", at=now, by=by, after=facts)
    _send_welcome(user)
    return user


def welcome_again(user: User, *, now: datetime, by: int) -> None:
    """Write a fresh address to somebody whose first has ended or was lost. Refused once they have a password."""
    _send_welcome(user)
    record_act_by("user welcomed again", f"user {user.id}", at=now, by=by)


def _send_welcome(user: User) -> None:
    """The address at which somebody chooses their first password."""
    if user.password is not None or not user.active:
        raise Refused("They have chosen a password already, or have no access: there is nothing to welcome them to.")
    settings = _settings()
    role = ", ".join(ROLES[name].label for name in user.role_names)
    link = welcome_link(settings.base_url, user)
    _write(user, "welcome", WELCOME, welcome_letter(council=_council(), role=role, link=link, days=WELCOME_DAYS))


def change_role(user: User, role: str, services: Sequence[str], *, now: datetime, by: int) -> None:
    """Let somebody do and see something else from their next sign-in; they are signed out. Refused for oneself, for a
    sealed account, and where nobody would be left who can let people in."""
    _refuse_oneself(user, by)
    _refuse_outsiders(role, *user.role_names)
    if user.is_break_glass:
        raise Refused(SEALED)
    found = checked_services(role, services)
    if role != RoleName.ADMINISTRATOR:
        _keep_an_administrator(user)
    before = _facts(user)
    user.roles, user.services = [role_by_name(role) or Role(name=role)], found
    db.session.flush()
    if (after := _facts(user)) != before:
        record_act_by("user changed", f"user {user.id}", at=now, by=by, before=before, after=after)
        end_sessions(user, now, by=by)


def set_teams(user: User, codes: Collection[str], *, now: datetime, by: int) -> None:
    """Say in which teams somebody answers contacts: whose figures their page shows. It opens nothing else.

    InvalidInput for a team that is not there.
    """
    _refuse_outsiders(*user.role_names)
    found = list(db.session.scalars(select(Team).where(Team.code.in_(codes)).order_by(Team.name, Team.id)))
    if unknown := sorted(set(codes) - {team.code for team in found}):
        raise InvalidInput(f"There is no team with the code {', '.join(unknown)}.")
    before, after = (sorted(team.code for team in teams) for teams in (user.teams, found))
    if before != after:
        user.teams = found
        record_act_by(
            "user teams changed", f"user {user.id}", at=now, by=by, before={"teams": before}, after={"teams": after}
        )
        db.session.flush()


@dataclass(frozen=True)
class TeamsBrought:
    """What a file of teams changed; `problems` are lines with why they were left out."""

    read: int
    changed: int
    problems: Sequence[tuple[int, str]]


def bring_teams(content: bytes, *, now: datetime, by: int) -> TeamsBrought:
    """Set the teams of everybody whom a CSV file names; the others keep theirs. InvalidInput for no such file."""
    if len(content) > MOST_BYTES:
        raise InvalidInput("The file has more than 1 MB.")
    people = {user.email: user for user in staff_with_access()}
    index = {words.casefold(): team.code for team in all_teams() for words in (team.name, team.code)}
    found = read_teams(CsvFile(BytesIO(content), required=COLUMNS), set(people), index)
    changed = 0
    for address, codes in found.teams.items():
        user = people[address]
        if {team.code for team in user.teams} != set(codes):
            set_teams(user, codes, now=now, by=by)
            changed += 1
    return TeamsBrought(found.read, changed, found.problems)


def end_access(user: User, *, now: datetime, by: int) -> None:
    """From this moment on they are signed out and can do nothing; an address to choose a password works no more."""
    _refuse_oneself(user, by)
    _refuse_outsiders(*user.role_names)
    if not user.active:
        return
    _keep_an_administrator(user)
    deactivate(user, now, by=by)
    record_act_by("user access ended", f"user {user.id}", at=now, by=by, before=_facts(user))


def give_back_access(user: User, *, now: datetime, by: int) -> None:
    """Let somebody in again, as what they were; they sign in anew. Refused once nobody knows who they were."""
    _refuse_oneself(user, by)
    if user.is_forgotten:
        raise Refused(NOBODY_KNOWS)
    _refuse_outsiders(*user.role_names)
    if not user.active:
        user.active, user.deactivated_at = True, None
        record_act_by("user access given back", f"user {user.id}", at=now, by=by, after=_facts(user))
        db.session.flush()


def forget_accounts(user_ids: Collection[int]) -> None:
    """Delete who these people were, whose access ended long ago: name, address, and all that they signed in with. The
    number stays, by which the audit speaks of them; and who they are at the council's own sign-in, so that an account
    that was ended here is not made anew there.
    """
    for user in db.session.scalars(select(User).where(User.id.in_(user_ids), User.active.is_(False))):
        user.name, user.email = f"User {user.id}", f"user-{user.id}{FORGOTTEN}"
        user.password = user.last_signed_in_at = user.fs_webauthn_user_handle = None
        remove_second_step(user)
    db.session.execute(delete(StaffSession).where(StaffSession.user_id.in_(user_ids)))
    db.session.flush()


def take_second_step_away(user: User, *, now: datetime, by: int) -> None:
    """For somebody who has lost app, key and codes. Who needs one sets up another at the next sign-in."""
    _refuse_oneself(user, by)
    remove_second_step(user)
    user.second_step_due_at = now if is_needed(user) else None
    end_sessions(user, now, by=by)
    record_act_by("second step taken away", f"user {user.id}", at=now, by=by)
    forgotten = f"{_settings().base_url}/accounts/forgotten-password"
    text = taken_away_letter(council=_council(), email=user.email, forgotten=forgotten)
    _write(user, "second-step", TAKEN_AWAY, text)


def unlink_single_sign_on(user: User, *, now: datetime, by: int) -> None:
    """The council's own sign-in lets them in no more; they are signed out, and keep role and services. Refused for
    oneself, where nothing is linked, and where nobody would be left who can let people in."""
    _refuse_oneself(user, by)
    if not identities_of(user.id):
        raise Refused(NOT_LINKED)
    if user.active and (user.password is None or not would_sign_in_locally(user)):
        _keep_an_administrator(user)
    unlink(user, now, by=by)


def sign_out_everywhere(user: User, *, now: datetime, by: int) -> None:
    """End every session of theirs; they may sign in again."""
    end_sessions(user, now, by=by)
    record_act_by("user signed out everywhere", f"user {user.id}", at=now, by=by)


def _refuse_oneself(user: User, by: int) -> None:
    if user.id == by:
        raise Refused(NOT_ONESELF)


def _refuse_outsiders(*roles: str) -> None:
    if RoleName.ASSESSOR in roles:
        raise Refused(OF_THE_FRAMEWORK)


def _keep_an_administrator(user: User) -> None:
    """Of two who end each other at the same moment, one waits here and is refused."""
    if RoleName.ADMINISTRATOR not in user.role_names:
        return
    db.session.execute(select(Role.id).where(Role.name == RoleName.ADMINISTRATOR).with_for_update())
    if not administrators_beside(user):
        raise Refused(THE_LAST)


def _facts(user: User) -> dict[str, Any]:
    return {"role": ", ".join(user.role_names), "services": sorted(service.code for service in user.services)}


def _write(user: User, kind: str, subject: str, text: str) -> None:
    message_id = f"{new_reference()}.{kind}"
    send_after_answer(letter_to_staff(message_id, recipient=user.email, subject=subject, text=text))


def _council() -> str:
    found = council()
    return found.name if found else "the council"


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
