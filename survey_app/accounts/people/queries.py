"""Reading who has access."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import selectinload

from survey_app.accounts.models import FORGOTTEN, Identity, Passkey, Role, User
from survey_app.accounts.queries import sign_in_rules
from survey_app.accounts.roles import RoleName
from survey_app.accounts.second_step.policy import SENSITIVE_ROLES
from survey_app.accounts.single_sign_on.queries import in_settings
from survey_app.extensions import db
from survey_app.kernel.clock import day_starts_at

HAS_SECOND_STEP = or_(
    User.tf_totp_secret.is_not(None), exists().where(Passkey.user_id == User.id, Passkey.usage == "secondary")
)
STATES: dict[str, ColumnElement[bool]] = {
    "active": and_(User.active, User.password.is_not(None)),
    "invited": and_(User.active, User.password.is_(None)),
    "ended": User.active.is_(False),
    "no-second-step": and_(User.active, User.password.is_not(None), ~HAS_SECOND_STEP),
    "sealed": User.is_break_glass.is_(True),
}


@dataclass(frozen=True)
class Wanted:
    """Which people a list shows; what is no role and no state limits nothing."""

    role: str = ""
    state: str = ""

    def conditions(self) -> list[ColumnElement[bool]]:
        found = []
        if self.role in set(RoleName):
            found.append(User.roles.any(Role.name == self.role))
        if self.state in STATES:
            found.append(STATES[self.state])
        return found


def people(wanted: Wanted, *, skip: int, most: int) -> Sequence[User]:
    """Those with access first, by name."""
    listed = select(User).where(*wanted.conditions()).options(selectinload(User.webauthn))
    name = func.lower(func.coalesce(func.nullif(User.name, ""), User.email))
    order = listed.order_by(User.active.desc(), name, User.id)
    return db.session.scalars(order.offset(skip).limit(most)).all()


def staff_with_access() -> Sequence[User]:
    """Everybody but assessors, with their teams, by name."""
    name = func.lower(func.coalesce(func.nullif(User.name, ""), User.email))
    is_assessor = User.roles.any(Role.name == RoleName.ASSESSOR)
    listed = select(User).where(User.active, ~is_assessor).options(selectinload(User.teams))
    return db.session.scalars(listed.order_by(name, User.id)).all()


def how_many(wanted: Wanted) -> int:
    return db.session.scalar(select(func.count()).select_from(User).where(*wanted.conditions())) or 0


def lacking_second_step() -> int:
    """How many people the rules ask for a second step who sign in with a password alone."""
    required_of = sign_in_rules().second_step_for
    if required_of == "nobody":
        return 0
    needed = [] if required_of == "everybody" else [User.roles.any(Role.name.in_(SENSITIVE_ROLES))]
    lacking = select(func.count()).select_from(User).where(STATES["no-second-step"], User.is_demo.is_(False), *needed)
    return db.session.scalar(lacking) or 0


def by_single_sign_on(users: Sequence[User]) -> set[int]:
    """Those of them who sign in where the council does."""
    return set(db.session.scalars(select(Identity.user_id).where(Identity.user_id.in_(user.id for user in users))))


def administrators_beside(user: User) -> int:
    """How many others could still let people in: administrators with access whose account is not sealed, by a way that
    is open today."""
    held = User.roles.any(Role.name == RoleName.ADMINISTRATOR)
    ways = [and_(User.is_break_glass.is_(False), User.password.is_not(None))]
    if (sign_in := in_settings()) is not None:
        linked = exists().where(Identity.user_id == User.id)
        ways = [] if sign_in.is_only_way else [and_(*ways, ~linked)]
        ways.append(linked.where(Identity.issuer == sign_in.issuer))
    others = select(func.count()).select_from(User).where(held, User.active, or_(*ways), User.id != user.id)
    return db.session.scalar(others) or 0


def accounts_left(before: date) -> Select[int, datetime | None]:
    """Accounts whose access ended before a day and that still say whose they were, with when it ended."""
    known = ~User.email.endswith(FORGOTTEN, autoescape=True)
    return select(User.id, User.deactivated_at).where(
        User.active.is_(False), User.deactivated_at < day_starts_at(before), known
    )
