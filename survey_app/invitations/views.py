"""Stopping: a page with a button, and the address that mail programs post to (RFC 8058).

The links of a test message open the same pages, and stop nobody.
"""

from __future__ import annotations

from flask import Blueprint, Flask, Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.contacts.operations import KEEP_DAYS
from survey_app.contacts.queries import asking_rules
from survey_app.invitations.codes import WRONG_CODES_FROM_ONE_ADDRESS, WRONG_CODES_IN_ALL, read_code
from survey_app.invitations.models import TokenPurpose
from survey_app.invitations.operations import stop_asking
from survey_app.invitations.queries import TEST_TOKEN, invitation_by_token
from survey_app.kernel.clock import utc_now
from survey_app.organisation.presenters import Fact, add_page_facts, resident_page
from survey_app.web.access import public
from survey_app.web.limits import by_address, everybody, limit_wrong_guesses
from survey_app.web.sessions import csrf

invitations = Blueprint("invitations", __name__)


def init_app(app: Flask) -> None:
    csrf.exempt(invitations)  # no session to guard: a token in the address says who it is
    app.register_blueprint(invitations)
    limit_wrong_codes(app, "invitations.stop", "invitations.stop_now", "invitations.one_click")
    add_page_facts(app, _page_facts)


def limit_wrong_codes(app: Flask, *endpoints: str) -> None:
    """Count wrong codes at these routes with those at all others. A link's token is too long to be guessed: it is
    neither counted nor ever kept out, whoever uses up the tries."""
    rates = ((WRONG_CODES_FROM_ONE_ADDRESS, by_address), (WRONG_CODES_IN_ALL, everybody))
    for rate, key in rates:
        limit_wrong_guesses(app, "wrong codes", endpoints, rate, key=key, is_guess=_is_code)


def _is_code() -> bool:
    typed = (request.view_args or {}).get("token") or request.form.get("code", "")
    return read_code(typed) is not None


@invitations.get("/u/<token>")
@public
def stop(token: str) -> ResponseReturnValue:
    """Says what the button does. Opening the page changes nothing. The survey's own link leads here too."""
    if token == TEST_TOKEN:
        return resident_page("invitations/stop.html", is_stopped=False)
    invitation = invitation_by_token(token, *TokenPurpose)
    if invitation is None:
        return _unknown()
    return resident_page("invitations/stop.html", is_stopped=invitation.opted_out_at is not None)


@invitations.post("/u/<token>")
@public
def stop_now(token: str) -> ResponseReturnValue:
    if token == TEST_TOKEN:
        return resident_page("invitations/stop.html", is_stopped=True)
    invitation = invitation_by_token(token, *TokenPurpose)
    if invitation is None:
        return _unknown()
    stop_asking(invitation, source="page", now=utc_now())
    return resident_page("invitations/stop.html", is_stopped=True)


@invitations.get("/u/<token>/one-click")
@public
def one_click_page(token: str) -> ResponseReturnValue:
    """A mail program that only opens the address finds the page with the button."""
    return redirect(url_for("invitations.stop", token=token))


@invitations.post("/u/<token>/one-click")
@public
def one_click(token: str) -> ResponseReturnValue:
    """What a mail program posts: no page, no cookie, no further step. Repeating it changes nothing."""
    if token == TEST_TOKEN:
        return "", 200
    invitation = invitation_by_token(token, TokenPurpose.OPT_OUT)
    if invitation is None:
        return "", 404
    stop_asking(invitation, source="one_click", now=utc_now())
    return "", 200


def _page_facts() -> list[Fact]:
    rules = asking_rules()
    return [
        Fact("keep_details_days", "Days until addresses and numbers are deleted", str(KEEP_DAYS)),
        Fact("ask_again_days", "Days in which nobody is asked twice", str(rules.cooling_off_days)),
        Fact("open_days", "Days for which a survey stays open", str(rules.open_days)),
    ]


def _unknown() -> Response:
    return make_response(resident_page("invitations/stop_unknown.html"), 404)
