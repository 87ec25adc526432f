"""Errors become pages that say what happened and what to do, in one place."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from survey_app.extensions import reading, roll_back
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.web.problems import is_for_programs, problem
from survey_app.web.request_ids import request_id
from survey_app.web.uploads import too_large_sentence

# What errors/error.html and its base receive when nothing can be asked of the database.
PLAIN_FRAME: dict[str, Any] = {
    "audience": "resident",
    "way_forward": None,
    "user": None,
    "council": {"name": "Customer satisfaction survey", "logo_url": None},
    "has_errors": False,
    "lang": "en-GB",
    "dir": "ltr",
    "languages": [],
    "footer_links": [],
}

# Whoever is here came by a message: these addresses hold a token, or ask for a code.
RESIDENTS_ADDRESSES = ("/s/", "/o/", "/k/", "/u/", "/v/", "/asked/")

log = logging.getLogger(__name__)

TEXTS = {
    400: (
        "This could not be read",
        "Something in the address or the form is not as we expected. Go back and try again.",
    ),
    401: (
        "You were signed out",
        "That happens after an hour without a page. Nothing of what you sent was stored. Sign in, and send it again.",
    ),
    403: ("You cannot open this page", "Your account does not cover it. If you need it, ask your administrator."),
    404: ("Page not found", "If you typed the address, check it. If you followed a link, it may have ended."),
    405: ("This cannot be done here", "Go back and use the button on the page."),
    410: ("This page has ended", "What was here is no longer available."),
    413: (
        "That is too large",
        "Nothing of it was stored. Go back: what you typed should still be there. "
        "Choose a smaller file, or write a shorter text.",
    ),
    415: ("This could not be read", "The page takes what its own form sends, and nothing else."),
    429: ("Too many tries", "Wait a few minutes, then try again."),
    500: (
        "Sorry, there is a problem with the service",
        "Try again in a few minutes. If it stays like this, tell your administrator the reference below.",
    ),
    503: ("The service is not available for the moment", "Try again in a few minutes."),
}
TEXTS_FOR_RESIDENTS = TEXTS | {
    400: (
        "This could not be read",
        "Part of what your browser sent is missing. Open the link in our message once more.",
    ),
    404: (
        "We do not know this link",
        "Part of the address may be missing. Open the link in our message once more, or copy all of it.",
    ),
    405: ("This cannot be done here", "Open the link in our message once more."),
    413: (
        "What you wrote is too long",
        "None of it was stored. Go back: it should still be there. Make it shorter, and press Send again.",
    ),
    500: (
        "Sorry, there is a problem with the service",
        "Try again in a few minutes. You do not have to: taking part is your choice.",
    ),
}
NOTHING_STORED = "Nothing of what you sent was stored."


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
        return error_page(403, str(error), title="This cannot be done")

    @app.errorhandler(CSRFError)
    def stale_form(error: CSRFError) -> Response:
        return error_page(400, "The page was open for too long. Load it again, and send it once more.", NOTHING_STORED)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        if error.response is not None:
            return make_response(error.response)
        said = too_large_sentence() if error.code == 413 else None
        page = error_page(error.code or 500, *([said] if said else []))
        # Allow of a 405, Retry-After of a 503
        page.headers.extend((name, value) for name, value in error.get_headers() if name != "Content-Type")
        return page

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        reference = request_id()
        log.error("error %s at %s", reference, request.endpoint, exc_info=error)
        return error_page(500, reference=reference)


def error_page(status: int, *texts: str, title: str | None = None, reference: str | None = None) -> Response:
    """The page for a status. `title` and `texts` say more of this case than the usual words; `reference` is in the log.

    What somebody wrote comes back with it: to be sent again where trying again can help, else to be copied.
    The API gets a problem instead of a page.
    """
    if is_for_programs():
        return problem(status, " ".join(texts) or None, **({"reference": reference} if reference else {}))
    typed = typed_words()  # which waits for the body of the request: before anything is asked of the database
    frame = _frame()
    words = TEXTS_FOR_RESIDENTS if frame["audience"] == "resident" else TEXTS
    usual_title, usual = words.get(status, words[500 if status >= 500 else 400])
    sentences = list(texts) or [usual]
    if status >= 500 and request.method == "POST":
        sentences.insert(0, NOTHING_STORED)
    if status == 403 and title is None and frame["user"]:
        sentences.append(f"You are signed in as {frame['user'].label}.")
    page = render_template(
        "errors/error.html",
        **frame,
        title=title or usual_title,
        sentences=sentences,
        reference=reference,
        typed=typed,
        send_again=list(request.form.items(multi=True)) if typed and status >= 500 else None,
    )
    return make_response(page, status)


def typed_words() -> list[str]:
    """What somebody wrote in the form that was sent: its texts of more than one word.

    None where it has a password, and none of a form of another site: whatever that says would look like our words.
    """
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return []
    try:
        sent = list(request.form.items(multi=True))
    except HTTPException:
        return []  # too large to be read, or cut off
    if any("password" in name for name, _ in sent):
        return []
    return [value.strip() for _, value in sent if len(value.split()) > 1]


def is_for_residents() -> bool:
    """Whether the address that was asked for stands in messages to residents."""
    return f"{request.path}/".startswith(RESIDENTS_ADDRESSES)


def _frame() -> dict[str, Any]:
    """What stands around the page; without a database still a page, with nothing around it."""
    frame: Callable[[], dict[str, Any]] = current_app.extensions["error_frame"]
    try:
        roll_back()  # what failed is not stored, nor flushed by the questions that follow
        with reading():
            found = frame()
            roll_back()
            return found
    except Exception:
        log.warning("an error page without its frame", exc_info=True)
        return PLAIN_FRAME | {"audience": "resident" if is_for_residents() else "visitor"}
