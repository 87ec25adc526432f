"""People come in by the council's own sign-in: made at the first time, brought up to date at each."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime

from survey_app.accounts.models import Identity, Role, User
from survey_app.accounts.operations import checked_email, end_sessions
from survey_app.accounts.queries import role_by_name, user_by_email
from survey_app.accounts.single_sign_on.claims import Claimed, Grant, grant
from survey_app.accounts.single_sign_on.queries import identities_of, identity_of
from survey_app.audit.operations import record_act
from survey_app.extensions import db
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.organisation.queries import services_by_code
from survey_app.work.operations import hold

LOCK = "single sign-on"  # of two first sign-ins at once, one waits


class NoRole(Refused):
    """Nobody gave this person a role here. `ignored` are the words that gave none."""

    def __init__(self, ignored: Sequence[str]) -> None:
        super().__init__("Your council account has no role here.")
        self.ignored = tuple(ignored)


def take_in(claimed: Claimed, now: datetime) -> tuple[User, Grant]:
    """The user whom these claims mean, with just the roles and services that they give.

    Refused for whoever has been deactivated here, and for a first sign-in under an address that somebody else has.
    """
    hold(LOCK)
    given = _given(claimed)
    identity = identity_of(claimed)
    if identity is None:
        if not given.roles:
            raise NoRole(given.ignored)
        return _made(claimed, given, now), given
    user = db.session.get_one(User, identity.user_id)
    if not user.active:
        raise Refused("Your access here has ended. Ask the administrator of your council’s survey.")
    _bring_up_to_date(user, claimed, given, now)
    return user, given


def link(user: User, claimed: Claimed, now: datetime) -> Grant:
    """From now on this local user signs in by the council's account, and has the roles that it gives.

    Refused where the account is somebody else's here or gives no role, and for a break-glass account.
    """
    hold(LOCK)
    given = _given(claimed)
    identity = identity_of(claimed)
    if user.is_break_glass:
        raise Refused("This account is kept for the day when the council’s sign-in fails: it cannot be linked.")
    if identity is not None and identity.user_id != user.id:
        raise Refused("That council account belongs to somebody else here.")
    if identity is None and identities_of(user.id):
        raise Refused("You are linked to another council account already.")
    if not given.roles:
        raise NoRole(given.ignored)
    if identity is None:
        _add_identity(user, claimed, now)
        _record("single sign-on linked", user, now, by=user.id)
    _bring_up_to_date(user, claimed, given, now)
    return given


def unlink(user: User, now: datetime, *, by: int | None) -> int:
    """The user signs in by a password again, or not at all; how many accounts of the council were theirs."""
    found = identities_of(user.id)
    for identity in found:
        db.session.delete(identity)
    if found:
        end_sessions(user, now, by=by)
        _record("single sign-on unlinked", user, now, by=by)
    db.session.flush()
    return len(found)


def _given(claimed: Claimed) -> Grant:
    codes = {word.partition(":")[2] for word in claimed.roles}
    return grant(claimed.roles, {service.code for service in services_by_code(sorted(codes))})


def _made(claimed: Claimed, given: Grant, now: datetime) -> User:
    address = _address(claimed)
    if user_by_email(address) is not None:
        raise Refused(
            "Somebody signs in here with your e-mail address and a password already. If that is you, sign in so once "
            "more and link your council account on your own page; else ask the administrator of your council’s survey."
        )
    user = User(email=address, name=claimed.name, password=None, fs_uniquifier=secrets.token_hex(32), created_at=now)
    db.session.add(user)
    _give(user, given)
    db.session.flush()
    _add_identity(user, claimed, now)
    _record("user created by single sign-on", user, now, after=_rights(user))
    return user


def _bring_up_to_date(user: User, claimed: Claimed, given: Grant, now: datetime) -> None:
    """A role that the provider took away is gone, and with the last one every session."""
    before = _rights(user)
    _give(user, given)
    user.name = claimed.name or user.name
    try:
        address = _address(claimed)
    except Refused:
        address = user.email
    if address != user.email and user_by_email(address) is None:
        user.email = address
        _record("address changed by single sign-on", user, now)
    db.session.flush()
    if before != _rights(user):
        _record("roles changed by single sign-on", user, now, before=before, after=_rights(user))
    if not given.roles:
        end_sessions(user, now)


def _give(user: User, given: Grant) -> None:
    user.roles = [role_by_name(name) or Role(name=name) for name in given.roles]
    user.services = list(services_by_code(given.services))


def _address(claimed: Claimed) -> str:
    try:
        return checked_email(claimed.email)
    except InvalidInput as error:
        raise Refused(
            "Your council account tells no e-mail address. Ask whoever runs it to let it say so to this site."
        ) from error


def _add_identity(user: User, claimed: Claimed, now: datetime) -> None:
    db.session.add(
        Identity(
            user_id=user.id,
            issuer=claimed.issuer,
            tenant=claimed.tenant,
            subject=claimed.subject,
            linked_at=now,
        )
    )
    db.session.flush()


def _rights(user: User) -> dict[str, list[str]]:
    return {"roles": sorted(user.role_names), "services": sorted(service.code for service in user.services)}


def _record(
    action: str,
    user: User,
    now: datetime,
    *,
    by: int | None = None,
    before: dict[str, list[str]] | None = None,
    after: dict[str, list[str]] | None = None,
) -> None:
    record_act(
        action,
        f"user {user.id}",
        at=now,
        actor_kind="system" if by is None else "user",
        actor_id=None if by is None else str(by),
        before=before,
        after=after,
    )
