"""Errors become pages that say what happened and what to do, in one place."""

from __future__ import annotations

import logging
import secrets

from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from survey_app.kernel.errors import InvalidInput, NotFound, Refused

log = logging.getLogger(__name__)

TEXTS = {
    400: ("This could not be read", "Something in the address or the form is not as we expected."),
    403: ("You cannot open this page", "Your account does not cover it. If you need it, ask your administrator."),
    404: ("Page not found", "If you typed the address, check it. If you followed a link, it may have ended."),
    405: ("This cannot be done here", "Go back and use the button on the page."),
    410: ("This page has ended", "What was here is no longer available."),
    413: ("That is too large", "Choose a smaller file, or write a shorter text."),
    429: ("Too many tries", "Wait a few minutes, then try again."),
    500: ("Sorry, there is a problem with the service", "Nothing of what you sent was stored. Try again later."),
    503: ("The service is not available for the moment", "Try again in a few minutes."),
}


def init_app(app: Flask) -> None:
    """Turn domain errors and HTTP errors into pages with the right status."""

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
        return error_page(error.code or 500)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        reference = secrets.token_hex(4)
        log.exception("error %s at %s", reference, request.endpoint)
        return error_page(500, f"{TEXTS[500][1]} If you tell us about it, give this reference: {reference}.")


def error_page(status: int, text: str | None = None) -> Response:
    """The page for a status. `text` says more of this case than the usual words."""
    title, usual = TEXTS.get(status, TEXTS[500 if status >= 500 else 400])
    page = render_template("errors/error.html", title=title, text=text or usual, status=status)
    return make_response(page, status)
