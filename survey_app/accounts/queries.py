"""Who is looking, and what they may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import cast

from flask import current_app
from flask_login import current_user
from sqlalchemy import select

from survey_app.accounts.first_link import FirstLinks, WelcomeLinks
from survey_app.accounts.models import Role, SecondStepFor, SignInRules, User
from survey_app.accounts.roles import RoleName, sees_everything
from survey_app.accounts.single_sign_on.queries import may_sign_in_locally
from survey_app.extensions import db
from survey_app.kernel.errors import NotFound, Refused
from survey_app.organisation.queries import subtree_ids
from survey_app.organisation.scope import EVERYTHING, Scope
from survey_app.settings import Settings


class Nobody:
    """Whoever has not signed in."""

    is_authenticated = False

    def may(self, permission: str) -> bool:
        return False


def current_viewer() -> User | Nobody:
    """Who made this request. A demo user is nobody where the address is not this machine's own."""
    if not current_user.is_authenticated:
        return Nobody()
    user = cast(User, current_user._get_current_object())
    return user if may_sign_in(user) else Nobody()


def current_user_id() -> int:
    """Whose act this request is. A page that acts lets nobody else in; without a user it is refused."""
    viewer = current_viewer()
    if not isinstance(viewer, User):
        raise Refused("Sign in first.")
    return viewer.id


def current_scope() -> Scope:
    """The services whose figures and comments this request may see; every query of a page takes it."""
    return viewer_scope(current_viewer())


def viewer_scope(viewer: User | Nobody) -> Scope:
    """All services for a role that sees them all, else the viewer's own and all below them; nothing for nobody."""
    if isinstance(viewer, Nobody):
        return Scope(frozenset())
    if sees_everything(viewer.role_names):
        return EVERYTHING
    return Scope(subtree_ids(service.id for service in viewer.services))


def may_sign_in(user: User) -> bool:
    """False for a demo user, whose password is printed, unless the address is this machine's own."""
    settings: Settings = current_app.extensions["settings"]
    return settings.is_loopback or not user.is_demo


def user_by_email(email: str) -> User | None:
    """The user with this address as it is stored: normalised and in small letters."""
    return db.session.scalar(select(User).where(User.email == email))


def user_by_id(user_id: int) -> User:
    """One user. NotFound when there is none."""
    found = db.session.get(User, user_id)
    if found is None:
        raise NotFound("There is no such user.")
    return found


def people_with(*roles: str) -> Sequence[User]:
    """Everybody with access who holds one of these roles."""
    held = User.roles.any(Role.name.in_(roles))
    return db.session.scalars(select(User).where(User.active, held).order_by(User.id)).all()


def managers_of() -> dict[str, str]:
    """Who manages each service, by its code: those who hold the role and were given the service itself, by name."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for user in people_with(RoleName.SERVICE_MANAGER):
        for service in user.services:
            found[service.code].append(user.name or user.email)
    return {code: " and ".join(sorted(names)) for code, names in found.items()}


def names_of_users(ids: Iterable[int | None]) -> dict[int, str]:
    """How pages call these users: by name, else by address. Those who are no longer there are left out; of nobody,
    nothing is read."""
    wanted = {number for number in ids if number is not None}
    if not wanted:
        return {}
    users = db.session.execute(select(User.id, User.name, User.email).where(User.id.in_(wanted)))
    return {user_id: name or email for user_id, name, email in users}


def has_users() -> bool:
    """Whether anybody was ever added; from then on people are let in by those who are there."""
    return db.session.scalar(select(User.id).limit(1)) is not None


def first_link(site: str) -> str:
    """A fresh address below `site` at which the first administrator sets a password, while nobody has done so."""
    return f"{site}/accounts/first/{FirstLinks(current_app.config['SECRET_KEY']).make()}"


def welcome_link(site: str, user: User) -> str:
    """A fresh address below `site` at which somebody who was invited chooses their password, once."""
    return f"{site}/accounts/welcome/{WelcomeLinks(current_app.config['SECRET_KEY']).make(user.id)}"


def welcomed_by(key: str, *, is_locked: bool = False) -> User | None:
    """Who may choose a password here; None where the address has ended, or they have chosen one. `is_locked`: of two
    who come with one address at the same moment, the second waits here."""
    user_id = WelcomeLinks(current_app.config["SECRET_KEY"]).read(key)
    user = (
        None
        if user_id is None
        else db.session.get(User, user_id, with_for_update=is_locked or None, populate_existing=is_locked)
    )
    if user is None or not user.active or user.password is not None or not may_sign_in_locally(user):
        return None
    return user


def sign_in_rules() -> SignInRules:
    """How people sign in here; what holds where nobody has said anything."""
    found = db.session.get(SignInRules, 1, populate_existing=True)
    return found or SignInRules(id=1, second_step_for=SecondStepFor.SENSITIVE_ROLES)


def role_by_name(name: str) -> Role | None:
    return db.session.scalar(select(Role).where(Role.name == name))


def demo_users() -> Sequence[User]:
    """The users of a demo, for the page and the start-up lines that say who can sign in."""
    return db.session.scalars(select(User).where(User.is_demo, User.active).order_by(User.id)).all()


def holders_of(permission: str) -> list[User]:
    """Who may do this and can sign in, in the order in which they were added: whom a letter about it goes to."""
    users = db.session.scalars(select(User).where(User.active).order_by(User.id))
    return [user for user in users if user.may(permission) and may_sign_in(user)]
