"""What programs are answered when what they asked is not done: a problem as RFC 9457 has it."""

from __future__ import annotations

import json
import re
from http import HTTPStatus

from flask import Response, request

API = "/api/"
HAND_OVER = re.compile(r"/k/[^/]+/answers")  # where the script of a kiosk hands over

DETAILS = {
    400: "The request could not be read.",
    401: "This needs an API key that is known and has neither ended nor been revoked, as Authorization: Bearer KEY.",
    403: "The API key does not cover this.",
    404: "There is nothing at this address.",
    405: "This address does not take that method.",
    406: "This address answers with JSON, and lists with NDJSON too: Accept must let one of them in.",
    413: "The body is too large.",
    415: "The body must be application/json, without a content encoding.",
    429: "There were too many requests with this key. Wait as long as Retry-After says.",
    500: "Something went wrong here. Nothing was stored; send it again later.",
    503: "The service is busy. Nothing was stored; send it again later.",
}


def is_for_programs() -> bool:
    """Whether the address that was asked for belongs to the API, or to a script of ours."""
    return request.path.startswith(API) or HAND_OVER.fullmatch(request.path) is not None


def problem(status: int, detail: str | None = None, **members: object) -> Response:
    """One problem. `members` are what it says beyond RFC 9457; none of it repeats what was sent."""
    body: dict[str, object] = {"title": HTTPStatus(status).phrase, "status": status}
    usual = DETAILS.get(status, DETAILS[500 if status >= 500 else 400])
    body |= {"detail": detail or usual, **members}
    answer = Response(json.dumps(body) + "\n", status, content_type="application/problem+json")
    if status == 401:
        answer.headers["WWW-Authenticate"] = 'Bearer realm="API"'
    return answer
