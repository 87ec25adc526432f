"""Sessions of staff begin at sign-in and end at sign-out; everybody sees and ends their own."""

from __future__ import annotations

from typing import cast

from flask import (
    Blueprint,
    Flask,
    Response,
    after_this_request,
    current_app,
    flash,
    g,
    redirect,
    request,
    session,
    url_for,
)
from flask_login import user_logged_out
from flask_security import password_changed, password_reset, user_authenticated
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as AnyResponse

from survey_app.accounts.models import SignedInBy, User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id, current_viewer
from survey_app.accounts.sessions import jobs
from survey_app.accounts.sessions.devices import device_in_words
from survey_app.accounts.sessions.operations import begin_session, end_all_sessions, end_session, leave_session
from survey_app.accounts.sessions.presenters import session_rows
from survey_app.accounts.sessions.queries import (
    KEY,
    LiveSession,
    current_session,
    session_of,
    session_user,
    sessions_of,
)
from survey_app.accounts.sessions.ways import way_of
from survey_app.kernel.clock import utc_now
from survey_app.settings import Settings
from survey_app.web.access import signed_in
from survey_app.web.sessions import IDLE_LIMIT

# What Flask-Login and Flask-Security have just written at a sign-in; all else of the cookie before it goes.
_OF_THIS_SIGN_IN = ("_user_id", "_fresh", "_id", "fs_cc", "fs_paa")

sessions = Blueprint("sessions", __name__, url_prefix="/accounts/sessions")


def init_app(app: Flask) -> None:
    """Comes after the pages of accounts, whose login manager it tells who is who."""
    app.login_manager.user_loader(_load_user)  # type: ignore[attr-defined]
    user_authenticated.connect(_begin, app)
    user_logged_out.connect(_leave, app)
    password_changed.connect(_end_others, app)
    password_reset.connect(_end_others, app)
    app.after_request(_note_seen)
    jobs.init_app(app)
    app.register_blueprint(sessions)


@sessions.get("/")
@signed_in
def index() -> str:
    """Where am I signed in?"""
    viewer, now, current = cast(User, current_viewer()), utc_now(), current_session()
    found = sessions_of(viewer.id, now)
    settings: Settings = current_app.extensions["settings"]
    return staff_page(
        "accounts/sessions.html",
        rows=session_rows(found, now, current.id if current else None),
        has_password=viewer.password is not None,
        hours=settings.session_hours,
        idle_hours=int(IDLE_LIMIT.total_seconds() // 3600),
    )


@sessions.post("/<reference>/end")
@signed_in
def end(reference: str) -> AnyResponse:
    """Sign one browser out, which may be this one."""
    user_id, now = current_user_id(), utc_now()
    found = session_of(user_id, reference)
    end_session(found, now=now, by=user_id)
    current = current_session()
    if current is not None and found.id == current.id:
        session.clear()
        _forget_pages()
        return redirect(url_for("accounts.signed_out"), code=303)
    flash(f"Signed out: {found.device}.")
    return redirect(url_for("sessions.index"), code=303)


@sessions.post("/end-others")
@signed_in
def end_others() -> AnyResponse:
    """Sign all browsers out but this one."""
    user_id, current = current_user_id(), current_session()
    number = end_all_sessions(user_id, now=utc_now(), by=user_id, but=current.id if current else None)
    flash("You are signed out everywhere else." if number else "You were signed in nowhere else.")
    return redirect(url_for("sessions.index"), code=303)


def signing_in_by(way: SignedInBy) -> None:
    """Say how the sign-in that this request ends in was made, where the library does not tell."""
    g.signing_in_by = way


def _load_user(uniquifier: str) -> User | None:
    """Who this is. The cookie of a session that has ended is cleared, whatever else it carries."""
    user = session_user(uniquifier)
    if user is None:
        _forget_cookie()
        return None
    g.fs_authn_via, g.fs_paa = "session", session.get("fs_paa", 0)  # as Flask-Security's own loader does
    return user


def _begin(_app: Flask, user: User, authn_via: list[str] | None = None, **_details: object) -> None:
    """Whatever the cookie was before, it is another from here: its key, its token of forms, all it kept."""
    now, before = utc_now(), current_session()
    if before is not None:
        leave_session(before.id, now=now, by=before.user_id)
    named = list(authn_via or ())
    if "change" in named and before is not None:  # a new password: signed in as before
        way = before.signed_in_by
    else:
        way = g.pop("signing_in_by", None) or way_of(named)
    kept = {name: session[name] for name in _OF_THIS_SIGN_IN if name in session}
    _forget_cookie()
    session.update(kept)
    row, session[KEY] = begin_session(user, way, device=device_in_words(request.user_agent.string), now=now)
    g.staff_session = LiveSession.of(row)
    session.permanent = True
    generate_csrf()  # now: no page after this one then has a reason to change the cookie


def _leave(_app: Flask, user: User | None = None, **_details: object) -> None:
    current = current_session()
    if current is not None:
        leave_session(current.id, now=utc_now(), by=current.user_id)
    _forget_cookie()
    _forget_pages()


def _end_others(_app: Flask, user: User, **_details: object) -> None:
    """After a new password. The session that chose it has begun anew just before."""
    current = current_session()
    but = current.id if current is not None and current.user_id == user.id else None
    end_all_sessions(user.id, now=utc_now(), by=user.id, but=but)


def _note_seen(response: Response) -> Response:
    seen = current_session()
    if seen is not None:
        jobs.note_seen_later(seen, utc_now())
    return response


def _forget_pages() -> None:
    """The browser forgets what it showed; not its storage, where a kiosk keeps answers that are still to be sent."""

    @after_this_request
    def say(response: AnyResponse) -> AnyResponse:
        response.headers["Clear-Site-Data"] = '"cache"'
        return response


def _forget_cookie() -> None:
    session.clear()
    for name in ("csrf_token", "staff_session"):
        g.pop(name, None)
