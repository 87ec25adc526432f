"""Sign-in by the council's own accounts: there, back, and in."""

from __future__ import annotations

import hmac
import logging
import secrets
from typing import Any

from flask import Blueprint, Flask, abort, current_app, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import login_user

from survey_app.accounts.models import User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id, current_viewer, user_by_id
from survey_app.accounts.single_sign_on.claims import Claimed, Grant, read_claims
from survey_app.accounts.single_sign_on.forms import LinkForm
from survey_app.accounts.single_sign_on.operations import NoRole, link, take_in
from survey_app.accounts.single_sign_on.presenters import linked_accounts
from survey_app.accounts.single_sign_on.provider import Provider, ProviderTrouble, TokenRefused
from survey_app.accounts.single_sign_on.queries import provider
from survey_app.extensions import transaction
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import AppError, Refused
from survey_app.settings import Settings
from survey_app.web.access import public, signed_in
from survey_app.web.back import own_address
from survey_app.web.limits import limit_tries

PENDING = "single_sign_on"  # in the cookie: the sign-ins that this browser has begun, the newest last
MOST_PENDING = 3
MINUTES = 15
LONGEST_NEXT = 300  # characters; the cookie has room for 4 kB in all
NOT_IN = "You were not signed in"
LINK_TRIES = "10 per 15 minutes"

log = logging.getLogger(__name__)

single_sign_on = Blueprint("single_sign_on", __name__, url_prefix="/accounts/single-sign-on")


def init_app(app: Flask) -> None:
    settings: Settings = app.extensions["settings"]
    app.extensions["single_sign_on"] = Provider(settings.single_sign_on) if settings.single_sign_on else None
    app.jinja_env.globals["has_single_sign_on"] = settings.single_sign_on is not None
    app.register_blueprint(single_sign_on)
    limit_tries(
        app,
        "single_sign_on.start_link",
        LINK_TRIES,
        keys=(lambda: f"user:{current_user_id()}",),
        counts=lambda answer: answer.status_code == 422,
    )


@single_sign_on.post("/")
@public
def start() -> ResponseReturnValue:
    """Go to the council's sign-in, and remember in this browser's cookie that it was from here."""
    wanted = own_address(request.form.get("next"), "")
    return _leave({"next": wanted if len(wanted) <= LONGEST_NEXT else ""})


@single_sign_on.get("/link")
@signed_in
def link_page() -> ResponseReturnValue:
    """Shall my account here and my council account become one?"""
    _provider()
    return _link_page(LinkForm(formdata=None))


@single_sign_on.post("/link")
@signed_in
def start_link() -> ResponseReturnValue:
    """The same as signing in, for whoever has an account here and says its password."""
    form = LinkForm()
    if not form.validate():
        return _link_page(form), 422
    return _leave({"link": current_user_id()})


@single_sign_on.get("/callback")
@public
def callback() -> ResponseReturnValue:
    """Back from the council's sign-in. The one GET that writes: it is how the browser brings the code.

    It does so only for a state that this browser was given, once.
    """
    if request.method != "GET":
        abort(405)
    found = _provider()
    begun = _taken(request.args.get("state", ""))
    if begun is None:
        return _refusal(
            "That sign-in was not begun here",
            "It was begun in another browser, more than 15 minutes ago, or it has been used already.",
            status=400,
        )
    try:
        return _let_in(found, begun)
    except (ProviderTrouble, TokenRefused, Refused) as error:
        return _refused(error)


@single_sign_on.get("/sign-out")
@public
def sign_out_there() -> ResponseReturnValue:
    """Whoever has signed out here goes on to sign out of their council account too."""
    settings: Settings = current_app.extensions["settings"]
    try:
        address = _provider().sign_out_url(settings.base_url + url_for("accounts.signed_out"))
    except ProviderTrouble:
        return _is_down()
    if address is None:
        return _refusal("Sign out there yourself", "Your council’s sign-in has no page for this.", status=404)
    return redirect(address, code=303)


def _leave(purpose: dict[str, Any]) -> ResponseReturnValue:
    _keep_nobody_waiting()
    state, nonce, verifier = (secrets.token_urlsafe(size) for size in (16, 16, 32))
    try:
        address = _provider().authorization_url(_redirect_uri(), state=state, nonce=nonce, verifier=verifier)
    except ProviderTrouble:
        return _is_down()
    until = int(utc_now().timestamp()) + MINUTES * 60
    begun = {"state": state, "nonce": nonce, "verifier": verifier, "until": until} | purpose
    session[PENDING] = [*session.get(PENDING, [])[1 - MOST_PENDING :], begun]
    return staff_page("accounts/single_sign_on_leaving.html", address=address)


def _keep_nobody_waiting() -> None:
    """End the transaction in which the user was looked up: a provider may take seconds, and SQLite has one writer."""
    with transaction():
        pass


def _taken(state: str) -> dict[str, Any] | None:
    """What this browser began under that state; it is forgotten at once, whatever comes of it."""
    pending: list[dict[str, Any]] = session.get(PENDING, [])
    begun = next((each for each in pending if hmac.compare_digest(each["state"].encode(), state.encode())), None)
    if begun is None or begun["until"] < utc_now().timestamp():
        return None
    session[PENDING] = [each for each in pending if each is not begun]
    return begun


def _let_in(found: Provider, begun: dict[str, Any]) -> ResponseReturnValue:
    _keep_nobody_waiting()
    claimed = _claimed(found, begun)
    with transaction():
        user, given = _take(claimed, begun)  # stored also where it took the last role away
    if not given.roles:
        raise NoRole(given.ignored)
    if given.ignored:
        log.warning("single sign-on of user %s: ignored the roles %s", user.id, ", ".join(given.ignored))
    if "link" in begun:
        flash("Your council account is linked. Sign in with it from now on.")
        return redirect(url_for("accounts.profile"), code=303)
    login_user(user, authn_via=["single_sign_on"])
    return redirect(own_address(begun.get("next"), url_for("accounts.start")), code=303)


def _claimed(found: Provider, begun: dict[str, Any]) -> Claimed:
    if request.args.get("iss", found.settings.issuer) != found.settings.issuer:
        raise TokenRefused("it came back from another issuer")
    if "code" not in request.args:
        raise TokenRefused(f"it ended there: {ascii(request.args.get('error', ''))[:80]}")
    claims = found.claims(request.args["code"], _redirect_uri(), nonce=begun["nonce"], verifier=begun["verifier"])
    return read_claims(claims, issuer=found.settings.issuer, role_claim=found.settings.role_claim)


def _take(claimed: Claimed, begun: dict[str, Any]) -> tuple[User, Grant]:
    if "link" not in begun:
        return take_in(claimed, utc_now())
    viewer = current_viewer()
    if not isinstance(viewer, User) or viewer.id != begun["link"]:
        raise Refused("Sign in with your password again, then link your council account.")
    return viewer, link(viewer, claimed, utc_now())


def _provider() -> Provider:
    found = provider()
    if found is None:
        abort(404)
    return found


def _redirect_uri() -> str:
    settings: Settings = current_app.extensions["settings"]
    return settings.base_url + url_for("single_sign_on.callback")


def _link_page(form: LinkForm) -> str:
    return staff_page(
        "accounts/single_sign_on_link.html",
        form=form,
        linked=linked_accounts(user_by_id(current_user_id())),
        has_errors=bool(form.errors),
    )


def _refused(error: AppError) -> ResponseReturnValue:
    if isinstance(error, ProviderTrouble):
        return _is_down()
    if isinstance(error, NoRole):
        return _refusal(
            "You have no role here yet",
            "Your council knows you, but nobody has given you a role in the survey. Ask your IT service desk for one: "
            "adviser, service manager, Customer Service Excellence lead, data protection officer or administrator.",
            status=403,
            ignored=error.ignored,
        )
    if isinstance(error, TokenRefused):
        log.warning("single sign-on was refused: %s", error)
        return _refusal(NOT_IN, "Your council’s sign-in did not say that it is you. Try again.", status=400)
    return _refusal(NOT_IN, str(error), status=403)


def _is_down() -> ResponseReturnValue:
    return _refusal(
        "Your council’s sign-in does not answer",
        "Try again in a minute. Nothing is wrong with your account.",
        "If it lasts, tell your IT service desk. A break-glass account is signed in with its password.",
        status=503,
        can_try_again=False,
    )


def _refusal(
    title: str, *sentences: str, status: int, ignored: tuple[str, ...] = (), can_try_again: bool = True
) -> ResponseReturnValue:
    page = staff_page(
        "accounts/single_sign_on_refused.html",
        title=title,
        sentences=sentences,
        ignored=ignored,
        can_try_again=can_try_again,
    )
    return page, status
