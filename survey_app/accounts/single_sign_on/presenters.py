"""What is linked to somebody, and what they would sign in with if it were not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from survey_app.accounts.models import User
from survey_app.accounts.single_sign_on.queries import identities_of, is_in_force, would_sign_in_locally


@dataclass(frozen=True)
class LinkedAccount:
    """An account of the council, as whoever runs its sign-in finds it. `state` is a kind of tag and its words."""

    host: str
    tenant: str
    subject: str
    linked_at: datetime
    state: tuple[str, str]


def linked_accounts(user: User) -> Sequence[LinkedAccount]:
    return [
        LinkedAccount(
            host=urlsplit(each.issuer).hostname or each.issuer,
            tenant=each.tenant,
            subject=each.subject,
            linked_at=each.linked_at,
            state=("common", "Signs in by it") if is_in_force(each) else ("neutral", "Not the sign-in of today"),
        )
        for each in identities_of(user.id)
    ]


def left_without_it(user: User) -> str:
    """What this user could sign in with once nothing is linked, and what to do where that is nothing."""
    if not would_sign_in_locally(user):
        return (
            "Then nothing lets them in: OIDC_ONLY keeps passwords for break-glass accounts and assessors. Nobody is "
            "linked again by an address, so that a person who should come back needs an account under another one."
        )
    ways = ["their password here"] if user.password is not None else []
    if any(key.usage == "first" for key in user.webauthn):
        ways.append("their passkey here")
    if not ways:
        return "Then nothing lets them in until they choose a password: send them an address for it, here, afterwards."
    return f"Then they sign in with {' or '.join(ways)} again."
