"""What the pages of people say."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from survey_app.accounts.models import User
from survey_app.accounts.roles import ROLES, RoleName, sees_everything

STATES = {
    "active": "Can sign in",
    "invited": "Invited, no password yet",
    "no-second-step": "Without a second step",
    "sealed": "Break-glass",
    "ended": "Access ended",
}
TEST_EVERY = timedelta(days=365)


@dataclass(frozen=True)
class PersonRow:
    """Somebody as the list shows them; `state` is a kind of tag and its words."""

    id: int
    name: str
    email: str
    role: str
    services: str
    way: str
    last_signed_in_at: datetime | None
    state: tuple[str, str]


def person_row(user: User, councils_own: Collection[int]) -> PersonRow:
    return PersonRow(
        id=user.id,
        name=user.name or user.email,
        email=user.email,
        role=", ".join(ROLES[name].label for name in user.role_names if name in ROLES),
        services=_services(user),
        way=_way(user, user.id in councils_own),
        last_signed_in_at=user.last_signed_in_at,
        state=_state(user),
    )


def answer(people: int, lacking: int) -> tuple[str, str]:
    """The sentence of the page."""
    claim = "1 person can sign in." if people == 1 else f"{people:,} people can sign in."
    if not lacking:
        return claim, "Everybody who needs a second step has one."
    return claim, f"{lacking:,} of those who need a second step {'has' if lacking == 1 else 'have'} none yet."


def break_glass_words(user: User, now: datetime) -> str:
    """When a sealed account was last used and tested, and what to do about it."""
    if user.last_signed_in_at is None:
        return "It was never used. Test it, so that it works on the day when it is needed."
    if user.break_glass_tested_at is None:
        return "No use of it was a test. Test it once a year."
    if now - user.break_glass_tested_at > TEST_EVERY:
        return "The last test is more than a year ago. Test it again."
    return "It was tested within the last year."


def is_staff(user: User) -> bool:
    """Assessors are listed, and dealt with on the page of their framework."""
    return RoleName.ASSESSOR not in user.role_names


def filter_words(shown: int, wanted: str) -> str:
    return f"{shown:,} {'person' if shown == 1 else 'people'}: {wanted}" if wanted else "Everybody"


def chosen_words(role: str, state: str) -> str:
    words: Sequence[str] = [ROLES[role].label if role in ROLES else "", STATES.get(state, "")]
    return ", ".join(each for each in words if each)


def _services(user: User) -> str:
    if not is_staff(user):
        return "what they assess"
    if sees_everything(user.role_names):
        return "all"
    return ", ".join(sorted(service.name for service in user.services)) or "none"


def _way(user: User, is_councils_own: bool) -> str:
    ways = ["council sign-in"] if is_councils_own else []
    if user.password is not None:
        ways.append("password and second step" if user.has_second_step else "password")
    if any(key.usage == "first" for key in user.webauthn):
        ways.append("passkey")
    return ", ".join(ways) or "not yet"


def _state(user: User) -> tuple[str, str]:
    if not user.active:
        return "neutral", "Ended"
    if user.is_break_glass:
        return "concern", "Break-glass"
    if user.password is None and user.last_signed_in_at is None:
        return "neutral", "Invited"
    return "common", "Active"
