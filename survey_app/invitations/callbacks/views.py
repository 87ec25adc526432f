"""Where GOV.UK Notify calls back. It waits five seconds for an answer, and asks again only after 429, 5xx or silence.

So each call is read, looked up once and stored; a job does the rest.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from functools import partial

from flask import Blueprint, Flask, abort, current_app, request
from flask.typing import ResponseReturnValue

from survey_app.invitations.callbacks.reading import Call, ToldText, read_complaint, read_receipt, read_text
from survey_app.invitations.models import CallbackKind
from survey_app.invitations.operations.callbacks import store_callback
from survey_app.invitations.queries import is_message
from survey_app.kernel.clock import utc_now
from survey_app.settings import Settings
from survey_app.web.access import public
from survey_app.web.sessions import csrf

LONGEST_BODY = 16_384  # a text message has 1,600 characters at most

callbacks = Blueprint("callbacks", __name__, url_prefix="/callbacks/notify")


def init_app(app: Flask) -> None:
    csrf.exempt(callbacks)  # no session to guard: the token in the header says who calls
    app.register_blueprint(callbacks)


@callbacks.post("/receipt")
@public
def receipt() -> ResponseReturnValue:
    return _take(CallbackKind.RECEIPT, read_receipt)


@callbacks.post("/complaint")
@public
def complaint() -> ResponseReturnValue:
    return _take(CallbackKind.COMPLAINT, read_complaint)


@callbacks.post("/sms")
@public
def sms() -> ResponseReturnValue:
    return _take(CallbackKind.SMS, partial(read_text, now=utc_now()))


def _take(kind: CallbackKind, read: Callable[[bytes], Call]) -> ResponseReturnValue:
    settings: Settings = current_app.extensions["settings"]
    if settings.notify_callback_token is None:
        abort(404)
    given = request.headers.get("Authorization", "").encode()
    if not hmac.compare_digest(given, f"Bearer {settings.notify_callback_token}".encode()):
        return "", 401, {"WWW-Authenticate": "Bearer"}
    if (request.content_length or 0) > LONGEST_BODY:
        return "", 413
    try:
        call = read(request.get_data())
    except ValueError:
        return "", 400
    if not isinstance(call.told, ToldText) and not is_message(call.told.reference):
        return "", 429  # perhaps of a commit that is not there yet: to be told again
    store_callback(kind, call, now=utc_now())
    return "", 204
