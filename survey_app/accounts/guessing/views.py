"""Limits of sign-in and of letters, and the cookie of browsers that are known."""

from __future__ import annotations

import logging

from flask import Flask, Response, after_this_request, current_app, g, request, session
from flask_security import password_reset, user_authenticated

from survey_app.accounts.guessing.known import KNOWN_FOR, KnownBrowser, KnownBrowsers
from survey_app.accounts.guessing.operations import account_tried, hash_of
from survey_app.accounts.models import User
from survey_app.accounts.sessions.queries import current_session
from survey_app.settings import Settings
from survey_app.web.cookies import KNOWN_BROWSER, name_of
from survey_app.web.errors import is_for_residents
from survey_app.web.limits import by_address, limit_tries

SIGN_IN_TRIES_FOR_ONE_ACCOUNT = "10 per 15 minutes"  # of each known browser, and of all others together
SIGN_IN_TRIES_FROM_ONE_ADDRESS = "50 per 15 minutes"  # a whole council often has one
SECOND_STEPS_FOR_ONE_ACCOUNT = "10 per 15 minutes"
LETTERS_TO_ONE_ACCOUNT = "3 per 15 minutes"
LETTERS_FROM_ONE_ADDRESS = "20 per 15 minutes"
LINK_TRIES = "20 per 15 minutes"
PASSKEY_TRIES_FROM_ONE_ADDRESS = "50 per 15 minutes"

# Where somebody shows who they are; the form comes back where that failed.
PROOFS = frozenset(
    f"security.{name}" for name in ("login", "two_factor_token_validation", "mf_recovery", "verify", "change_password")
)
OF_AN_ACCOUNT = frozenset({"security.login", "security.forgot_password"})
REFUSALS = frozenset({401, 403, 429})

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """After Flask-Security has made its routes."""
    limit_tries(app, "security.login", SIGN_IN_TRIES_FOR_ONE_ACCOUNT, keys=(_by_account,), counts=_is_form_again)
    limit_tries(app, "security.login", SIGN_IN_TRIES_FROM_ONE_ADDRESS, keys=(_by_stranger,), counts=_is_form_again)
    limit_tries(app, "security.forgot_password", LETTERS_TO_ONE_ACCOUNT, keys=(_by_letter,))
    limit_tries(app, "security.forgot_password", LETTERS_FROM_ONE_ADDRESS, keys=(by_address,))
    limit_tries(app, "security.reset_password", LINK_TRIES, keys=(by_address,))
    limit_tries(app, "security.wan_signin_response", PASSKEY_TRIES_FROM_ONE_ADDRESS, keys=(by_address,))
    for endpoint in ("two_factor_token_validation", "mf_recovery", "verify", "change_password"):
        limit_tries(
            app, f"security.{endpoint}", SECOND_STEPS_FOR_ONE_ACCOUNT, keys=(_by_person,), counts=_is_form_again
        )
    app.after_request(_note_refusal)
    user_authenticated.connect(_know_this_browser, app)
    password_reset.connect(_know_this_browser, app)


def _by_account() -> str:
    account = account_tried()
    name = _browser().name_for(account)
    return f"account:{account}" if name is None else f"browser:{name}"


def _by_stranger() -> str:
    """The address a try came from; a browser that the account knows is counted for itself there, too."""
    name = _browser().name_for(account_tried())
    return by_address() if name is None else f"browser:{name}"


def _by_letter() -> str:
    return f"account:{account_tried()}"


def _by_person() -> str:
    """Whoever is signed in, or half-way through it: known to us by then, wherever they are."""
    return f"person:{session.get('tf_user_id') or session.get('_user_id')}"


def _is_form_again(response: Response) -> bool:
    return response.status_code == 200  # whoever is signed in is redirected


def _note_refusal(response: Response) -> Response:
    """Who was refused what, in the log of the process: no line of it for residents, and never what was typed."""
    is_form = request.endpoint in PROOFS and request.method == "POST" and _is_form_again(response)
    if not (is_form or response.status_code in REFUSALS) or is_for_residents():
        return response
    current, holder = current_session(), g.get("key_holder")
    who = f"user {current.user_id}" if current else f"key {holder.public}" if holder else "nobody"
    account = f", account {account_tried()[:12]}" if request.endpoint in OF_AN_ACCOUNT else ""
    what = f"{request.method} {request.endpoint}"
    log.warning("refused %s: %s, %s, %s%s", response.status_code, what, who, by_address(), account)
    return response


def _browsers() -> KnownBrowsers:
    return KnownBrowsers(current_app.config["SECRET_KEY"])


def _cookie_name() -> str:
    settings: Settings = current_app.extensions["settings"]
    return name_of(KNOWN_BROWSER, is_https=settings.is_https)


def _browser() -> KnownBrowser:
    if "known_browser" not in g:
        g.known_browser = _browsers().read(request.cookies.get(_cookie_name()))
    found: KnownBrowser = g.known_browser
    return found


def _know_this_browser(_app: Flask, user: User, **_details: object) -> None:
    """By a sign-in, or a new password chosen with the link of a letter, which only the person can have."""
    settings: Settings = current_app.extensions["settings"]
    cookie = _browsers().write(_browser().knowing(hash_of(user.email)))

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(
            _cookie_name(), cookie, max_age=KNOWN_FOR, secure=settings.is_https, httponly=True, samesite="Lax"
        )
        return response
