"""Who may use a route. Every route says so; one that does not is refused to everybody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

from flask import Flask, abort, current_app, redirect, request
from flask.typing import ResponseReturnValue

from survey_app.extensions import reading, roll_back
from survey_app.web.errors import error_page, typed_words
from survey_app.web.problems import problem
from survey_app.web.transactions import may_write

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC = "public"
SIGNED_IN = "signed in"
BY_KEY = "key "  # and the scope that the key needs, if any


class Viewer(Protocol):
    """Whoever looks at a page, as far as web/ needs to know."""

    @property
    def is_authenticated(self) -> bool: ...

    def may(self, permission: str) -> bool: ...


class KeyHolder(Protocol):
    """Another system that holds an API key, as far as web/ needs to know."""

    def may(self, scope: str) -> bool: ...


def public(view: View) -> View:
    """Anybody may use this route."""
    return _declare(view, PUBLIC)


def requires(permission: str) -> Callable[[View], View]:
    """Only a viewer with this permission may use this route."""
    return lambda view: _declare(view, permission)


def signed_in(view: View) -> View:
    """Every member of staff may use this route."""
    return _declare(view, SIGNED_IN)


def requires_key(scope: str = "") -> Callable[[View], View]:
    """Only a request with an API key of this scope, or with any good key where none is named, may use this route; who
    is signed in makes no difference."""
    return lambda view: _declare(view, f"{BY_KEY}{scope}")


def access_of(app: Flask, endpoint: str) -> str | None:
    """What the route's view declared, or what was declared for it by name (routes of a library)."""
    by_name: dict[str, str] = app.extensions["access_by_name"]
    if endpoint in by_name:
        return by_name[endpoint]
    return cast("str | None", getattr(app.view_functions.get(endpoint), "_access", None))


def init_app(
    app: Flask,
    *,
    viewer: Callable[[], Viewer],
    key_holder: Callable[[], KeyHolder | None],
    sign_in_page: Callable[[], str],
    by_name: dict[str, str],
) -> None:
    """Check every request. What it asks comes from accounts; `by_name` declares a library's routes."""
    app.extensions["access_by_name"] = {"static": PUBLIC} | by_name

    @app.before_request
    def check_access() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None  # a 404 or 405 of its own
        declared = access_of(current_app, request.endpoint)
        if declared is None:
            abort(403)
        if declared == PUBLIC:
            return None
        if declared.startswith(BY_KEY):
            return _check_key(key_holder(), declared.removeprefix(BY_KEY))
        if not may_write():
            return _check_viewer(viewer(), declared, sign_in_page)
        with reading():
            answer = _check_viewer(viewer(), declared, sign_in_page)
            roll_back()  # on SQLite its lock would be held while the body of the request trickles in
        return answer


def _check_viewer(who: Viewer, declared: str, sign_in_page: Callable[[], str]) -> ResponseReturnValue | None:
    if not who.is_authenticated:
        return error_page(401) if typed_words() else redirect(sign_in_page())
    if declared != SIGNED_IN and not who.may(declared):
        abort(403)
    return None


def _check_key(holder: KeyHolder | None, scope: str) -> ResponseReturnValue | None:
    """No key, an unknown, an expired and a revoked one are answered alike."""
    if holder is None:
        return problem(401)
    if not scope or holder.may(scope):
        return None
    refused = problem(403)
    refused.headers["WWW-Authenticate"] = f'Bearer error="insufficient_scope", scope="{scope}"'
    return refused


def _declare(view: View, access: str) -> View:
    view._access = access  # type: ignore[attr-defined]
    return view
