"""An origin of its own for files that people uploaded: it has no cookie, and nothing but their signed links."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, request

View = TypeVar("View", bound=Callable[..., Any])


def at_uploads_origin(view: View) -> View:
    """This route answers at the origin of uploads, and nowhere else."""
    view._is_at_uploads_origin = True  # type: ignore[attr-defined]
    return view


def init_app(app: Flask, uploads_url: str | None) -> None:
    """Before anything else looks at a request: what does not belong to its origin is not there."""
    host = urlsplit(uploads_url).netloc.casefold() if uploads_url else None

    @app.before_request
    def keep_apart() -> Response | None:
        belongs_there = getattr(app.view_functions.get(request.endpoint or ""), "_is_at_uploads_origin", False)
        if belongs_there is (request.host.casefold() == host):
            return None
        return Response("There is nothing here.\n", 404, mimetype="text/plain")
