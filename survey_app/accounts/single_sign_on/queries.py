"""Whether there is single sign-on, and who has to use it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from sqlalchemy import select

from survey_app.accounts.models import Identity, User
from survey_app.accounts.roles import RoleName
from survey_app.accounts.single_sign_on.claims import Claimed
from survey_app.accounts.single_sign_on.provider import Provider
from survey_app.extensions import db
from survey_app.settings import Settings, SingleSignOn

COUNCIL_SIGN_IN = "You sign in with your council account: use the button above."


def provider() -> Provider | None:
    """The council's own sign-in; None where none is set up."""
    found: Provider | None = current_app.extensions.get("single_sign_on")
    return found


def identity_of(claimed: Claimed) -> Identity | None:
    """The user whom these claims mean. Never found by an address: addresses change hands, and anybody can claim one."""
    return db.session.scalar(
        select(Identity).where(
            Identity.issuer == claimed.issuer,
            Identity.tenant == claimed.tenant,
            Identity.subject == claimed.subject,
        )
    )


def identities_of(user_id: int) -> Sequence[Identity]:
    """By which accounts of the council this user signs in."""
    return db.session.scalars(select(Identity).where(Identity.user_id == user_id).order_by(Identity.id)).all()


def may_sign_in_locally(user: User) -> bool:
    """Whether a password or passkey of ours lets this user in.

    Where single sign-on is set up it is the way for all who have used it: whoever leaves the council is out. What
    stays local are break-glass accounts, people who never came by it, and under OIDC_ONLY of these assessors alone.
    """
    if in_settings() is None or user.is_break_glass:
        return True
    return would_sign_in_locally(user) and not identities_of(user.id)


def would_sign_in_locally(user: User) -> bool:
    """The same for this user if no account of the council were linked to them."""
    council_sign_in = in_settings()
    if council_sign_in is None or user.is_break_glass:
        return True
    return not council_sign_in.is_only_way or user.role_names == [RoleName.ASSESSOR]


def is_in_force(identity: Identity) -> bool:
    """Whether this account still lets somebody in: a setting that names another sign-in, or none, ends it."""
    council_sign_in = in_settings()
    return council_sign_in is not None and council_sign_in.issuer == identity.issuer


def in_settings() -> SingleSignOn | None:
    """How single sign-on is set up; None where it is not."""
    settings: Settings = current_app.extensions["settings"]
    return settings.single_sign_on
