"""Each request has a name, so that what a person reads on an error page, a proxy's log and ours can be put together."""

from __future__ import annotations

import re
import secrets

from flask import Flask, Response, request

from survey_app.kernel.log_lines import begin_doing

HEADER = "X-Request-ID"
# As proxies make them. Nothing that somebody could be told by, or that could be read as more than a name.
_WELL_FORMED = re.compile(r"[0-9a-fA-F]{16,64}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def init_app(app: Flask, *, proxies: int) -> None:
    """Name every request, tell its sender, and have each line of the log say it. A sender's own name for it is taken
    only where it came by as many proxies as stand before us."""

    @app.before_request
    def begin() -> None:
        given = request.headers.get(HEADER, "")
        senders = request.headers.get("X-Forwarded-For", "").split(",")
        is_trusted = 0 < proxies <= len([each for each in senders if each.strip()])
        name = given if is_trusted and _WELL_FORMED.fullmatch(given) else secrets.token_hex(8)
        request.environ["survey.request_id"] = name
        begin_doing(request_id=name, method=request.method, route=route_of_request())

    @app.after_request
    def tell(response: Response) -> Response:
        response.headers[HEADER] = request_id()
        return response

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        begin_doing()


def request_id() -> str:
    """The name of this request."""
    return str(request.environ.get("survey.request_id", ""))


def route_of_request() -> str:
    """The rule that this request's address fits, never the address: tokens and references stand in it."""
    return request.url_rule.rule if request.url_rule else "none"
