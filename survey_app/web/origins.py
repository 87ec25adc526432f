"""Under which names this site answers, and an origin of its own for files that people uploaded: it has no cookie, and
nothing but their signed links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, request
from werkzeug.exceptions import SecurityError

from survey_app.settings import Settings

View = TypeVar("View", bound=Callable[..., Any])

LOOPBACK_NAMES = ("localhost", "127.0.0.1")


def at_uploads_origin(view: View) -> View:
    """This route answers at the origin of uploads, and nowhere else."""
    view._is_at_uploads_origin = True  # type: ignore[attr-defined]
    return view


def init_app(app: Flask, settings: Settings) -> None:
    """Before anything else looks at a request: what does not belong to its origin is not there.

    Whoever asks by a name that is not ours is answered nothing: caches and letters must never hold it. This machine's
    own names serve probes and proxies on it.
    """
    uploads = settings.uploads_url
    host = urlsplit(uploads).netloc.casefold() if uploads else None
    ours = {urlsplit(settings.base_url).hostname, urlsplit(uploads).hostname if uploads else None}
    app.config["TRUSTED_HOSTS"] = sorted({*filter(None, ours), *settings.trusted_hosts, *LOOPBACK_NAMES})

    @app.before_request
    def keep_apart() -> Response | None:
        try:
            asked = request.host.casefold()
        except SecurityError:
            return Response("This site is not called that.\n", 400, mimetype="text/plain")
        belongs_there = getattr(app.view_functions.get(request.endpoint or ""), "_is_at_uploads_origin", False)
        if belongs_there is (asked == host):
            return None
        return Response("There is nothing here.\n", 404, mimetype="text/plain")
