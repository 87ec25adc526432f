"""By which way a sign-in came about: told from the route that it ended at."""

from __future__ import annotations

from survey_app.accounts.models import SignedInBy

_BY_ROUTE = {
    "security.two_factor_token_validation": SignedInBy.PASSWORD_AND_CODE,
    "security.mf_recovery": SignedInBy.PASSWORD_AND_RECOVERY_CODE,
    "accounts.create_first": SignedInBy.LINK,
    "accounts.choose_password": SignedInBy.LINK,
}


def way_of_sign_in(endpoint: str | None, *, is_second_step: bool) -> SignedInBy:
    """`is_second_step`: the password was given before, in this browser. Flask-Security names no way after a second
    step, so the route says it. Single sign-on says its own name and does not ask."""
    if endpoint == "security.wan_signin_response":
        return SignedInBy.PASSWORD_AND_PASSKEY if is_second_step else SignedInBy.PASSKEY
    return _BY_ROUTE.get(endpoint or "", SignedInBy.PASSWORD)
