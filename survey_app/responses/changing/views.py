"""Changing an answer is answering again. Taking it back has a page of its own, which shows nothing of what was said:
others may hold the link. Opening it changes nothing; a person presses the button.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.invitations.models import TokenPurpose
from survey_app.invitations.queries import invitation_by_token
from survey_app.invitations.views import limit_wrong_codes
from survey_app.kernel.clock import utc_now
from survey_app.kernel.tokens import is_token, token_digest
from survey_app.kernel.translatable import for_translation
from survey_app.organisation.presenters import resident_page
from survey_app.responses.afterwards.presenters import support_view
from survey_app.responses.links.presenters import link_of_page
from survey_app.responses.models import ResponseState, SurveyResponse
from survey_app.responses.nonce import NonceState, PageNonces
from survey_app.responses.operations import last_change_at, withdraw
from survey_app.responses.queries import response_by_key, responses_of
from survey_app.responses.suspicion import CHANGE_TAKES
from survey_app.responses.views import limit_sending
from survey_app.settings import Settings
from survey_app.web.access import public
from survey_app.web.language import keeps_language, speak_to_reader
from survey_app.web.sessions import csrf
from survey_app.web.templates import translated as _

changing = Blueprint("changing", __name__)
keeps_language(changing)

ONCE_MORE = for_translation("That was very quick. If you want to take back your answers, press the button once more.")
STOOD_OPEN = for_translation(
    "This page was open for a long time. If you want to take back your answers, press the button once more."
)


def init_app(app: Flask) -> None:
    csrf.exempt(changing)  # the page's signed nonce stands in for a session
    app.register_blueprint(changing)
    limit_wrong_codes(app, *(f"changing.{view}" for view in ("change", "taking_back", "take_back")))
    limit_sending(app, "changing.take_back", "changing.take_back_open")


@changing.get("/s/<token>/change")
@public
def change(token: str) -> ResponseReturnValue:
    """The form: what is sent by it replaces what was."""
    return redirect(url_for("responses.survey", token=token))


@changing.get("/s/<token>/withdraw")
@public
def taking_back(token: str) -> ResponseReturnValue:
    """Asks whether the answers by this link shall be deleted, or says why there is nothing to be asked."""
    given = _given_by_token(token)
    return _unknown() if given is None else _show(given)


@changing.post("/s/<token>/withdraw")
@public
def take_back(token: str) -> ResponseReturnValue:
    """Delete the answers by this link, held ones as well. While the survey is open its person may answer anew."""
    given = _given_by_token(token)
    return _unknown() if given is None else _take_back(given)


@changing.get("/o/<code>/<key>/withdraw")
@public
def taking_back_open(code: str, key: str) -> ResponseReturnValue:
    """The same for one page that was sent by an open link."""
    given = _given_by_page(code, key)
    return _unknown() if given is None else _show(given)


@changing.post("/o/<code>/<key>/withdraw")
@public
def take_back_open(code: str, key: str) -> ResponseReturnValue:
    """Delete what one page sent by an open link."""
    given = _given_by_page(code, key)
    return _unknown() if given is None else _take_back(given)


@dataclass(frozen=True)
class _Given:
    """What was answered by one address: counted, held and taken back. `anew_url` leads to the form where it is open."""

    subject: str
    service_id: int
    responses: Sequence[SurveyResponse]
    anew_url: str | None

    @property
    def standing(self) -> Sequence[SurveyResponse]:
        return [response for response in self.responses if response.state is not ResponseState.WITHDRAWN]

    @property
    def last_change_at(self) -> datetime:
        """Of the answer that counts; where none does, of the newest that is held. No page tells which of them it is."""
        counted = [response for response in self.standing if response.state is ResponseState.COUNTED]
        return max(last_change_at(response) for response in counted or self.standing)


def _given_by_token(token: str) -> _Given | None:
    invitation = invitation_by_token(token, TokenPurpose.ANSWER)
    if invitation is None:
        return None
    is_open = utc_now() < invitation.closes_at
    anew_url = url_for("responses.survey", token=token) if is_open else None
    return _Given(token_digest(f"withdraw {token}"), invitation.service_id, responses_of(invitation.id), anew_url)


def _given_by_page(code: str, key: str) -> _Given | None:
    link, response = link_of_page(code), response_by_key(key) if is_token(key) else None
    if link is None or response is None or response.open_link_id != link.id:
        return None
    is_open = link.closed_at is None or utc_now() < link.closed_at
    anew_url = url_for("responses.open_survey", code=link.code) if is_open else None
    return _Given(token_digest(f"withdraw {key}"), link.service_id, [response], anew_url)


def _show(given: _Given) -> ResponseReturnValue:
    if not given.standing:
        return _gone(given)
    if utc_now() >= given.last_change_at:
        return _page("too_late", given, last_change_at=given.last_change_at)
    return _asking(given)


def _take_back(given: _Given) -> ResponseReturnValue:
    now = utc_now()
    if not given.standing or now >= given.last_change_at:
        return _show(given)
    nonce = _nonces().check(request.form.get("nonce", ""), given.subject, 0, now=now)
    if nonce.state is not NonceState.GOOD or nonce.made_at is None:
        return _asking(given, notice=_(STOOD_OPEN)), 400
    settings: Settings = current_app.extensions["settings"]
    if now - nonce.made_at < timedelta(seconds=settings.soonest_answer_seconds) * CHANGE_TAKES:
        return _asking(given, notice=_(ONCE_MORE), nonce=request.form["nonce"])
    for response in given.standing:
        withdraw(response, now=now)
    return redirect(url_for(request.endpoint or "", **(request.view_args or {})), code=303)


def _asking(given: _Given, notice: str | None = None, nonce: str | None = None) -> str:
    return _page(
        "withdraw",
        given,
        notice=notice,
        nonce=nonce or _nonces().make(given.subject, 0, now=utc_now()),
        last_change_at=given.last_change_at,
        is_open=given.anew_url is not None,
    )


def _gone(given: _Given) -> str:
    return _page("gone", given, is_withdrawn=bool(given.responses), anew_url=given.anew_url)


def _page(name: str, given: _Given, **values: Any) -> str:
    """Where to turn in danger, and the way out, stand on it as on the survey."""
    speak_to_reader(given.responses[-1].answered_in if given.responses else None)
    return resident_page(f"responses/changing/{name}.html", support=support_view(given.service_id), **values)


def _unknown() -> ResponseReturnValue:
    speak_to_reader()
    return resident_page("responses/unknown.html"), 404


def _nonces() -> PageNonces:
    return PageNonces(current_app.config["SECRET_KEY"])
