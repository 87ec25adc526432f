"""What a request changed is committed once, before its answer leaves; a GET changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import Flask, Response, has_request_context, request, session
from sqlalchemy import event
from sqlalchemy.orm import Session as DatabaseSession

from survey_app.extensions import db, reading, reading_first, roll_back, transaction

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

# A provider of single sign-on brings its code by GET alone. The view takes it once, from the browser that asked for it.
WRITES_ON_GET = frozenset({"single_sign_on.callback"})

View = TypeVar("View", bound=Callable[..., Any])


class WriteOnGet(Exception):
    """A view tried to change the database on GET: mail scanners and crawlers would change it too."""


def reads_first(view: View) -> View:
    """A POST that reads before it writes, and says `write_from_here()` in between. WriteTooSoon where it does not."""
    view._reads_first = True  # type: ignore[attr-defined]
    return view


def may_write() -> bool:
    """Whether this request may change the database."""
    return request.method not in SAFE_METHODS or (request.method == "GET" and request.endpoint in WRITES_ON_GET)


def init_app(app: Flask) -> None:
    """Read-only transactions for safe methods; one commit for the others, when the answer is no error."""

    @app.before_request
    def begin() -> None:
        if not may_write():
            guard = reading()
        elif hasattr(app.view_functions.get(request.endpoint or ""), "_reads_first"):
            guard = reading_first()
        else:
            return
        guard.__enter__()
        request.environ["survey.reading"] = guard

    @app.after_request
    def commit(response: Response) -> Response:
        if may_write():
            if response.status_code < 400:
                try:
                    with transaction():
                        pass
                except Exception:
                    session.clear()  # neither thanked nor signed in for what was not stored
                    raise
            else:
                roll_back()
        return response

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        guard: Any = request.environ.pop("survey.reading", None)
        if guard is not None:
            roll_back()
            guard.__exit__(None, None, None)


@event.listens_for(db.session, "before_flush")
def _refuse_write_on_get(pending: DatabaseSession, _context: Any, _instances: Iterable[Any] | None) -> None:
    if has_request_context() and not may_write() and (pending.new or pending.dirty or pending.deleted):
        raise WriteOnGet(f"{request.endpoint} wrote on {request.method}")
