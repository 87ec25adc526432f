"""What every page shares: security headers, who may use a route, the commit after a request, errors, limits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from survey_app.settings import Settings
from survey_app.web import (
    access,
    errors,
    headers,
    incoming,
    limits,
    measuring,
    origins,
    replica,
    request_ids,
    sessions,
    static_files,
    templates,
    transactions,
    uploads,
)


def init_app(
    app: Flask,
    settings: Settings,
    *,
    viewer: Callable[[], access.Viewer],
    key_holder: Callable[[], access.KeyHolder | None],
    sign_in_page: Callable[[], str],
    access_by_name: dict[str, str],
    error_frame: Callable[[], dict[str, Any]],
    know_viewer: Callable[[], object],
) -> None:
    """All of it, in the order in which a request meets it. It has its name first, and its time is taken to the last.

    What belongs to another origin is not there. Transactions come before all that reads, so that their commit is the
    last thing before the answer leaves; a route refuses whom it is not for before a form or a limit is looked at.
    """
    request_ids.init_app(app, proxies=settings.trusted_proxies)
    measuring.init_app(app)
    templates.init_app(app)  # before anybody gives them a name: what is set later does not hold
    origins.init_app(app, settings)
    replica.init_app(app, settings, know_viewer=know_viewer)  # its word after a commit follows the commit
    transactions.init_app(app)
    incoming.init_app(app)
    headers.init_app(app, is_https=settings.is_https)
    errors.init_app(app, frame=error_frame)
    static_files.init_app(app)
    access.init_app(app, viewer=viewer, key_holder=key_holder, sign_in_page=sign_in_page, by_name=access_by_name)
    uploads.init_app(app)
    sessions.init_app(app, is_https=settings.is_https)
    limits.init_app(app, storage_url=settings.redis_url)
