"""Was it put right? Yes, partly or no. Opening the page changes nothing: mail scanners open it too."""

from __future__ import annotations

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.actions.followups.operations import hear_verdict
from survey_app.actions.followups.queries import follow_up_by_token
from survey_app.actions.followups.verdicts import LABELS, OPEN_FOR, is_open
from survey_app.actions.models import FollowUp, FollowUpState, Verdict
from survey_app.invitations.wording import in_sentence
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import Refused
from survey_app.kernel.tokens import is_token, token_digest
from survey_app.kernel.translatable import for_translation
from survey_app.organisation.presenters import resident_page
from survey_app.responses.nonce import NonceState, PageNonces
from survey_app.responses.views import limit_sending
from survey_app.web.access import public
from survey_app.web.language import keeps_language, speak_to_reader
from survey_app.web.sessions import csrf
from survey_app.web.templates import translated as _

STOOD_OPEN = for_translation("This page was open for a long time. Check what you chose, and press Send once more.")
CHOOSE = for_translation("Choose yes, partly or no")

verdicts = Blueprint("verdicts", __name__)
keeps_language(verdicts)


def init_app(app: Flask) -> None:
    csrf.exempt(verdicts)  # the page's signed nonce stands in for a session
    app.register_blueprint(verdicts)
    limit_sending(app, "verdicts.send")


@verdicts.get("/v/<token>")
@public
def ask(token: str) -> ResponseReturnValue:
    """The question; what was answered before, and that it can still be changed; or that the time is over."""
    found = follow_up_by_token(token) if is_token(token) else None
    if found is None:
        return _unknown()
    speak_to_reader(found.response.answered_in)
    return _page(found, token)


@verdicts.post("/v/<token>")
@public
def send(token: str) -> ResponseReturnValue:
    """Store the answer. Sent again, the last word holds."""
    found, now = follow_up_by_token(token) if is_token(token) else None, utc_now()
    if found is None:
        return _unknown()
    there = redirect(url_for("verdicts.ask", token=token), code=303)
    speak_to_reader(found.response.answered_in)
    chosen = request.form.get("verdict", "")
    if _nonces().check(request.form.get("nonce", ""), _subject(token), 0, now=now).state is not NonceState.GOOD:
        return _page(found, token, chosen=chosen, notice=_(STOOD_OPEN)), 400
    if chosen not in LABELS:
        return _page(found, token, error=_(CHOOSE)), 422
    try:
        hear_verdict(found, Verdict(chosen), now=now)
    except Refused:  # the page says so
        return there
    return there


def _page(found: FollowUp, token: str, *, chosen: str = "", notice: str | None = None, error: str | None = None) -> str:
    now = utc_now()
    is_closed = found.state is FollowUpState.CLOSED
    return resident_page(
        "actions/followups/verdict.html",
        service=in_sentence(found.service.name),
        has_errors=error is not None,
        error=error,
        notice=notice,
        options=[(verdict, _(label)) for verdict, label in LABELS.items()],
        chosen=chosen or found.verdict,
        given=_(LABELS[found.verdict]) if found.verdict else None,
        is_again=found.verdict is Verdict.NO and is_closed,
        looks_again_by=None if is_closed else found.contact_due_on,
        can_answer=is_closed and is_open(found.verdict_asked_at, now),
        open_until=found.verdict_asked_at + OPEN_FOR if found.verdict_asked_at else None,
        nonce=_nonces().make(_subject(token), 0, now=now),
    )


def _unknown() -> ResponseReturnValue:
    speak_to_reader()
    return resident_page("actions/followups/verdict_unknown.html"), 404


def _subject(token: str) -> str:
    """What the page's nonces are bound to: those of no other form are taken."""
    return token_digest(f"verdict {token}")


def _nonces() -> PageNonces:
    return PageNonces(current_app.config["SECRET_KEY"])
