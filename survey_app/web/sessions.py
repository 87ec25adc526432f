"""The session's cookie of staff, and the guard against forms sent from other sites."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_wtf import CSRFProtect

from survey_app.web.access import BY_KEY, PUBLIC, access_of
from survey_app.web.cookies import SESSION, name_of

IDLE_LIMIT = timedelta(hours=1)

csrf = CSRFProtect()


class StaffSessions(SecureCookieSessionInterface):
    """Staff pages renew the cookie, which so lasts until IDLE_LIMIT after the last of them; public pages and the API
    set none."""

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        if session.modified or request.endpoint is None:
            return session.modified
        access = access_of(app, request.endpoint) or PUBLIC
        return super().should_set_cookie(app, session) and access != PUBLIC and not access.startswith(BY_KEY)


def init_app(app: Flask, *, is_https: bool) -> None:
    """A cookie that scripts cannot read, that other sites cannot send along, and that ends."""
    app.session_interface = StaffSessions()
    app.config.from_mapping(
        SESSION_COOKIE_NAME=name_of(SESSION, is_https=is_https),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=is_https,
        PERMANENT_SESSION_LIFETIME=IDLE_LIMIT,
        WTF_CSRF_TIME_LIMIT=None,  # a form lasts as long as its session
        WTF_CSRF_SSL_STRICT=False,  # it asks for the Referer that our own Referrer-Policy keeps back
    )
    csrf.init_app(app)
