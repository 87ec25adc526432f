"""The page of one's own second step; what happens when one is added, taken or missing."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, abort, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import login_user, tf_disabled, tf_profile_changed, user_authenticated, wan_deleted, wan_registered

from survey_app.accounts.break_glass.operations import tell_of_use
from survey_app.accounts.models import User
from survey_app.accounts.operations import end_sessions
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id, current_viewer, user_by_id
from survey_app.accounts.second_step.configuration import NOT_OFFERED, RECOVERY_CODES
from survey_app.accounts.second_step.operations import (
    ask_for_second_step,
    can_have_passkeys,
    is_needed,
    note_change,
    passkey_host,
)
from survey_app.accounts.sign_in_ways import way_of_sign_in
from survey_app.kernel.clock import utc_now
from survey_app.web.access import BY_KEY, PUBLIC, access_of, signed_in

# What somebody can still do who must set up a second step first.
_STILL_OPEN = frozenset(
    {
        "second_step.index",
        "security.verify",
        "security.two_factor_setup",
        "security.mf_recovery_codes",
        "security.wan_register",
        "security.wan_register_response",
        "security.change_password",
        "security.logout",
    }
)
_SECOND_STEPS = frozenset(
    {"security.two_factor_token_validation", "security.mf_recovery", "security.wan_signin_response"}
)
_CHANGED_PASSWORD = "change"  # noqa: S105 - Flask-Security's name for signing in anew after one's own change

second_step = Blueprint("second_step", __name__, url_prefix="/accounts/second-step")


def init_app(app: Flask) -> None:
    """After Flask-Security has made its routes."""
    app.before_request(_lead_there)
    app.context_processor(lambda: {"can_have_passkeys": can_have_passkeys, "passkey_host": passkey_host})
    user_authenticated.connect(_note_sign_in, app)
    tf_profile_changed.connect(_app_added, app)
    tf_disabled.connect(_app_removed, app)
    wan_registered.connect(_passkey_added, app)
    wan_deleted.connect(_passkey_removed, app)
    app.register_blueprint(second_step)


@second_step.get("/")
@signed_in
def index() -> str:
    """What is asked of me beside the password, and what do I do when I lose it?"""
    user = user_by_id(current_user_id())
    return staff_page(
        "accounts/second_step/index.html",
        person=user,
        passkeys=sorted(user.webauthn, key=lambda key: key.name),
        codes_left=len(user.mf_recovery_codes or ()),
        codes_made=RECOVERY_CODES,
        is_needed=is_needed(user),
        must_be_now=_is_due(user),
    )


def _lead_there() -> ResponseReturnValue | None:
    """Nothing else is open to somebody whose days without a second step are over."""
    endpoint = request.endpoint
    if endpoint is None:
        return None
    if endpoint in NOT_OFFERED:
        abort(404)
    if endpoint in _SECOND_STEPS:
        g.signing_in_by = way_of_sign_in(endpoint, is_second_step="tf_user_id" in session)
    if endpoint == "security.two_factor_token_validation":
        is_setting_up = session.get("tf_state") == "validating_profile"
        if isinstance(current_viewer(), User) and not is_setting_up:
            return redirect(url_for("second_step.index"))  # the library would sign them out
        return None
    access = access_of(current_app, endpoint)
    if access is None or access == PUBLIC or access.startswith(BY_KEY) or endpoint in _STILL_OPEN:
        return None
    viewer = current_viewer()
    return redirect(url_for("second_step.index"), 303) if isinstance(viewer, User) and _is_due(viewer) else None


def _is_due(user: User) -> bool:
    return user.second_step_due_at is not None and user.second_step_due_at <= utc_now()


def _note_sign_in(_app: Flask, user: User, authn_via: list[str] | None = None, **_details: object) -> None:
    """Whoever signed in was the person; from when on they need a second step, and whether others must hear of it."""
    named = authn_via or ()
    if _CHANGED_PASSWORD in named:
        return
    now = utc_now()
    user.last_signed_in_at = now
    if "single_sign_on" in named:
        user.second_step_due_at = None  # asked for where they signed in
    else:
        ask_for_second_step(user, now)
    if user.is_break_glass:
        tell_of_use(user, now)


def _app_added(_app: Flask, user: Any, **_details: object) -> None:
    _note(user, "authenticator app added", "An authenticator app was added. Its code is asked for at sign-in.")


def _app_removed(_app: Flask, user: Any, **_details: object) -> None:
    _note(user, "authenticator app removed", "The authenticator app was removed. No code is asked for.")
    _sign_out_elsewhere(user)


def _passkey_added(_app: Flask, user: Any, name: str, **_details: object) -> None:
    _note(user, "passkey added", f"A passkey was added: {name}.")


def _passkey_removed(_app: Flask, user: Any, name: str, **_details: object) -> None:
    """The library takes it away after it has said so."""
    person = user_by_id(user.id)
    person.webauthn.remove(next(key for key in person.webauthn if key.name == name))
    _note(person, "passkey removed", f"A passkey was removed: {name}.")
    _sign_out_elsewhere(person)


def _note(user: Any, act: str, words: str) -> None:
    person = user_by_id(user.id)
    note_change(person, act, now=utc_now(), by=person.id, words=words)


def _sign_out_elsewhere(user: Any) -> None:
    """Whoever held what was taken away is signed out; the browser that did it goes on."""
    person = user_by_id(user.id)
    end_sessions(person, utc_now(), by=person.id)
    login_user(person, authn_via=[_CHANGED_PASSWORD])
