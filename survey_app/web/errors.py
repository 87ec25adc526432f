"""Errors become pages that say what happened and what to do, in one place."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from survey_app.extensions import db
from survey_app.kernel.errors import InvalidInput, NotFound, Refused

# What errors/error.html and its base receive when nothing can be asked of the database.
PLAIN_FRAME: dict[str, Any] = {
    "audience": "resident",
    "council": {"name": "Customer satisfaction survey", "logo_url": None},
    "has_errors": False,
    "lang": "en-GB",
    "dir": "ltr",
    "languages": [],
    "footer_links": [],
}

log = logging.getLogger(__name__)

TEXTS = {
    400: ("This could not be read", "Something in the address or the form is not as we expected."),
    403: ("You cannot open this page", "Your account does not cover it. If you need it, ask your administrator."),
    404: ("Page not found", "If you typed the address, check it. If you followed a link, it may have ended."),
    405: ("This cannot be done here", "Go back and use the button on the page."),
    410: ("This page has ended", "What was here is no longer available."),
    413: ("That is too large", "Choose a smaller file, or write a shorter text."),
    415: ("This could not be read", "The page takes what its own form sends, and nothing else."),
    429: ("Too many tries", "Wait a few minutes, then try again."),
    500: ("Sorry, there is a problem with the service", "Nothing of what you sent was stored. Try again later."),
    503: ("The service is not available for the moment", "Try again in a few minutes."),
}


def init_app(app: Flask, *, frame: Callable[[], dict[str, Any]]) -> None:
    """Turn domain errors and HTTP errors into pages with the right status. `frame` gives what stands around them."""
    app.extensions["error_frame"] = frame

    @app.errorhandler(InvalidInput)
    def invalid(error: InvalidInput) -> Response:
        return error_page(400, str(error))

    @app.errorhandler(NotFound)
    def missing(error: NotFound) -> Response:
        return error_page(404)

    @app.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        return error_page(403, str(error))

    @app.errorhandler(CSRFError)
    def stale_form(error: CSRFError) -> Response:
        return error_page(400, "The page was open for too long. Go back, load it again and send it once more.")

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        if error.response is not None:
            return make_response(error.response)
        page = error_page(error.code or 500)
        # Allow of a 405, Retry-After of a 503
        page.headers.extend((name, value) for name, value in error.get_headers() if name != "Content-Type")
        return page

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        reference = secrets.token_hex(4)
        log.error("error %s at %s", reference, request.endpoint, exc_info=error)
        return error_page(500, reference=reference)


def error_page(status: int, text: str | None = None, *, reference: str | None = None) -> Response:
    """The page for a status. `text` says more of this case than the usual words; `reference` finds it in the log."""
    title, usual = TEXTS.get(status, TEXTS[500 if status >= 500 else 400])
    page = render_template(
        "errors/error.html",
        **_frame(),
        title=title,
        sentences=[text or usual],
        way_forward=None,
        reference=reference,
    )
    return make_response(page, status)


def _frame() -> dict[str, Any]:
    """What stands around the page; without a database still a page, with nothing around it."""
    frame: Callable[[], dict[str, Any]] = current_app.extensions["error_frame"]
    try:
        db.session.rollback()  # what failed is not stored, nor flushed by the questions that follow
        return frame()
    except Exception:
        log.warning("an error page without its frame", exc_info=True)
        return PLAIN_FRAME
