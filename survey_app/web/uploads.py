"""How much may be sent to a page. Most take a form; a page that takes a file says how large it may be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

from survey_app.web.transactions import may_write

View = TypeVar("View", bound=Callable[..., Any])


def takes_files(most_bytes: int, too_large: str | None = None) -> Callable[[View], View]:
    """This route takes requests of up to so many bytes; more is answered with 413 before it is read, in the words of
    `too_large` where they are given."""

    def declare(view: View) -> View:
        view._most_bytes = most_bytes  # type: ignore[attr-defined]
        view._too_large = too_large  # type: ignore[attr-defined]
        return view

    return declare


def too_large_sentence() -> str | None:
    """What the route that was asked for says of a request that is too large; None for the usual words."""
    view = current_app.view_functions.get(request.endpoint or "")
    sentence: str | None = getattr(view, "_too_large", None)
    return sentence


def init_app(app: Flask) -> None:
    """Before anything reads the request, and after it is known that the sender may use the route."""

    @app.before_request
    def allow_size() -> None:
        view = app.view_functions.get(request.endpoint or "")
        if (most_bytes := getattr(view, "_most_bytes", None)) is not None:
            request.max_content_length = most_bytes

    @app.before_request
    def take_all_of_it() -> None:
        """Now, while no transaction is open: on SQLite nobody else could write until a slow sender is done."""
        if may_write():
            request.get_data(parse_form_data=True)
