"""How a session began, from what the sign-in library says of it."""

from __future__ import annotations

from collections.abc import Sequence

from survey_app.accounts.models import SignedInBy

_WAYS = {
    "password": SignedInBy.PASSWORD,
    "webauthn": SignedInBy.PASSKEY,
    "single_sign_on": SignedInBy.SINGLE_SIGN_ON,
    "link": SignedInBy.LINK,
}

WORDS = {
    SignedInBy.PASSWORD: "password",
    SignedInBy.PASSWORD_AND_CODE: "password and code",
    SignedInBy.PASSWORD_AND_PASSKEY: "password and passkey",
    SignedInBy.PASSWORD_AND_RECOVERY_CODE: "password and recovery code",
    SignedInBy.PASSKEY: "passkey",
    SignedInBy.SINGLE_SIGN_ON: "council sign-in",
    SignedInBy.LINK: "a link sent to you",
}


def way_of(authenticated_by: Sequence[str]) -> SignedInBy:
    """What Flask-Security names first decides; a password where it names none that we know."""
    return next((_WAYS[name] for name in authenticated_by if name in _WAYS), SignedInBy.PASSWORD)
