"""Stopping: a page with a button, and the address that mail programs post to (RFC 8058); and what we have asked.

The links of a test message open the same pages, and stop nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from flask import Blueprint, Flask, Response, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.contacts.models import STOPPED_BY_ONE_CLICK, STOPPED_ON_PAGE
from survey_app.contacts.queries import asking_rules
from survey_app.invitations.codes import WRONG_CODES_FROM_ONE_ADDRESS, WRONG_CODES_IN_ALL, read_code
from survey_app.invitations.models import Invitation, TokenPurpose
from survey_app.invitations.operations import stop_asking, undo_stop_on_page
from survey_app.invitations.presenters import asked_rows, why_me
from survey_app.invitations.queries import (
    TEST_TOKEN,
    asked_alike,
    details_kept_until,
    has_stopped,
    invitation_by_token,
    messages_sent,
    sample_invitation,
)
from survey_app.invitations.undo_note import UndoNotes
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.tokens import token_digest
from survey_app.organisation.presenters import Fact, add_page_facts, resident_page
from survey_app.web.access import public
from survey_app.web.language import keeps_language, speak_to_reader
from survey_app.web.limits import by_address, everybody, limit_wrong_guesses
from survey_app.web.sessions import csrf

MOST_ASKED = 50
CopiesKept = Callable[[Sequence[int]], date | None]  # ids of invitations -> the last day

invitations = Blueprint("invitations", __name__)
keeps_language(invitations)


def init_app(app: Flask) -> None:
    csrf.exempt(invitations)  # no session to guard: a token in the address says who it is
    app.register_blueprint(invitations)
    limit_wrong_codes(app, *(f"invitations.{view}" for view in ("stop", "stop_now", "ask_again", "one_click", "asked")))
    add_page_facts(app, _page_facts)


def add_kept_copies(app: Flask, kept_until: CopiesKept) -> None:
    """A later package tells until when it keeps copies of details that were given with the answers to invitations."""
    app.extensions.setdefault("kept_copies", []).append(kept_until)


def add_days_of_details(app: Flask, days: Callable[[], int]) -> None:
    """A later package tells for how many days after a contact it keeps address and number, as it is set now."""
    app.extensions["days_of_details"] = days


def _days_of_details() -> int:
    days: Callable[[], int] = current_app.extensions["days_of_details"]
    return days()


def _copies_kept_until(asked: Sequence[Invitation]) -> date | None:
    """The last day of any such copy; None where there is none."""
    sources: Sequence[CopiesKept] = current_app.extensions.get("kept_copies", ())
    days = [kept_until([each.id for each in asked]) for kept_until in sources]
    return max((day for day in days if day is not None), default=None)


def limit_wrong_codes(app: Flask, *endpoints: str) -> None:
    """Count wrong codes at these routes with those at all others. A link's token is too long to be guessed: it is
    neither counted nor ever kept out, whoever uses up the tries."""
    rates = ((WRONG_CODES_FROM_ONE_ADDRESS, by_address), (WRONG_CODES_IN_ALL, everybody))
    for rate, key in rates:
        limit_wrong_guesses(app, "wrong codes", endpoints, rate, key=key, is_guess=is_code)


def is_code() -> bool:
    """Whether the request names a code, which could be guessed, and not the longer token of a link."""
    typed = (request.view_args or {}).get("token") or request.form.get("code", "")
    return read_code(typed) is not None


@invitations.get("/u/<token>")
@public
def stop(token: str) -> ResponseReturnValue:
    """Says what the button does. Opening the page changes nothing. The survey's own link leads here too."""
    if token == TEST_TOKEN:
        return _stop_page(token, None, is_stopped=False)
    invitation = invitation_by_token(token, *TokenPurpose)
    if invitation is None:
        return _unknown()
    return _stop_page(token, invitation, is_stopped=has_stopped(invitation))


@invitations.post("/u/<token>")
@public
def stop_now(token: str) -> ResponseReturnValue:
    """Stop, and offer to undo just that on the page that says so."""
    if token == TEST_TOKEN:
        return _stop_page(token, None, is_stopped=True, note=TEST_TOKEN)
    invitation = invitation_by_token(token, *TokenPurpose)
    if invitation is None:
        return _unknown()
    now, is_new = utc_now(), not has_stopped(invitation)
    stop_asking(invitation, source=STOPPED_ON_PAGE, now=now)
    return _stop_page(
        token, invitation, is_stopped=True, note=_notes().make(token_digest(token), now) if is_new else None
    )


@invitations.post("/u/<token>/again")
@public
def ask_again(token: str) -> ResponseReturnValue:
    """Undo what the button did just now. Nothing else opens this door: a stop is not a setting."""
    if token == TEST_TOKEN:
        return _stop_page(token, None, is_stopped=False, is_undone=True)
    invitation = invitation_by_token(token, *TokenPurpose)
    if invitation is None:
        return _unknown()
    stopped_at = _notes().read(request.form.get("note", ""), token_digest(token))
    if stopped_at is None:
        return _stop_page(token, invitation, is_stopped=has_stopped(invitation), is_late=True), 400
    undo_stop_on_page(invitation, stopped_at, now=utc_now())
    return _stop_page(token, invitation, is_stopped=has_stopped(invitation), is_undone=True)


@invitations.get("/u/<token>/one-click")
@public
def one_click_page(token: str) -> ResponseReturnValue:
    """A mail program that only opens the address finds the page with the button."""
    return redirect(url_for("invitations.stop", token=token))


@invitations.post("/u/<token>/one-click")
@public
def one_click(token: str) -> ResponseReturnValue:
    """What a mail program posts: no page, no cookie, no further step. Repeating it changes nothing.

    RFC 8058 has it send `List-Unsubscribe=One-Click`. Who sends something else here means the same.
    """
    if token == TEST_TOKEN:
        return "", 200
    invitation = invitation_by_token(token, TokenPurpose.OPT_OUT)
    if invitation is None:
        return "", 404
    stop_asking(invitation, source=STOPPED_BY_ONE_CLICK, now=utc_now())
    return "", 200


@invitations.get("/asked/<token>")
@public
def asked(token: str) -> ResponseReturnValue:
    """What did we ask at this address, why, and what do we keep? From here everything can be stopped."""
    now = utc_now()
    is_test = token == TEST_TOKEN
    invitation = sample_invitation(now) if is_test else invitation_by_token(token, *TokenPurpose)
    if invitation is None:
        return _unknown()
    speak_to_reader(None, invitation.language)
    days = _days_of_details()
    alike = [invitation] if is_test else asked_alike(invitation, MOST_ASKED)
    return resident_page(
        "invitations/asked.html",
        token=token,
        rows=asked_rows(alike, {} if is_test else messages_sent(alike), now),
        most=MOST_ASKED,
        why_me=why_me(asking_rules(), customers=invitation.survey_version.survey.customer_kind),
        is_stopped=not is_test and has_stopped(invitation),
        keep_until=london_day(now) + timedelta(days=days) if is_test else details_kept_until(invitation, days),
        copy_until=None if is_test else _copies_kept_until(alike),
    )


def _page_facts() -> list[Fact]:
    rules = asking_rules()
    return [
        Fact("ask_again_days", "Days in which nobody is asked twice", str(rules.cooling_off_days)),
        Fact("open_days", "Days for which a survey stays open", str(rules.open_days)),
    ]


def _stop_page(
    token: str,
    invitation: Invitation | None,
    *,
    is_stopped: bool,
    note: str | None = None,
    is_undone: bool = False,
    is_late: bool = False,
) -> str:
    """Without an invitation it is that of a test."""
    speak_to_reader(None, invitation.language if invitation is not None else None)
    return resident_page(
        "invitations/stop.html", token=token, is_stopped=is_stopped, note=note, is_undone=is_undone, is_late=is_late
    )


def _notes() -> UndoNotes:
    return UndoNotes(current_app.config["SECRET_KEY"])


def _unknown() -> Response:
    speak_to_reader()
    return make_response(resident_page("invitations/stop_unknown.html"), 404)
