"""The thank-you, and what somebody may add to their answer from there. Opening a page changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Flask, abort, current_app, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.invitations.models import Invitation
from survey_app.invitations.views import limit_wrong_codes
from survey_app.invitations.wording import in_sentence
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import Refused
from survey_app.kernel.tokens import is_token, token_digest
from survey_app.kernel.translatable import for_translation
from survey_app.organisation.presenters import add_page_facts, resident_page
from survey_app.organisation.queries import service_by_id
from survey_app.responses.afterwards import presenters
from survey_app.responses.afterwards.equality import EqualityItem
from survey_app.responses.afterwards.forms import YES, AboutYouForm, ContactForm, about_you_form
from survey_app.responses.afterwards.operations import allow_contact, forbid_contact, tell_about_you
from survey_app.responses.afterwards.queries import Added, added_to, questions_about_you
from survey_app.responses.links.presenters import link_of_page
from survey_app.responses.models import ResponseState, SurveyResponse
from survey_app.responses.nonce import NonceState, PageNonces
from survey_app.responses.operations import last_change_at
from survey_app.responses.presenters import reference_for_people
from survey_app.responses.queries import answered_by_token, response_by_key
from survey_app.web.access import public
from survey_app.web.language import keeps_language, speak_to_reader
from survey_app.web.sessions import csrf
from survey_app.web.templates import translated as _

afterwards = Blueprint("afterwards", __name__)
keeps_language(afterwards)

STOOD_OPEN = for_translation(
    "This page was open for a long time. We kept what you chose: check it and press Save once more."
)


def init_app(app: Flask) -> None:
    csrf.exempt(afterwards)  # the page's signed nonce stands in for a session
    app.register_blueprint(afterwards)
    limit_wrong_codes(app, *(f"afterwards.{view}" for view in ("thanks", "contact", "about_you", "save_about_you")))
    add_page_facts(app, presenters.page_facts)


@dataclass(frozen=True)
class Answered:
    """Somebody whose answer is stored, and the address by which they came: a token, or an open link and a key."""

    response: SurveyResponse
    invitation: Invitation | None  # read once for the whole page
    address: Mapping[str, str]
    may_change_until: datetime

    @property
    def may_change(self) -> bool:
        return utc_now() < self.may_change_until

    @property
    def token(self) -> str | None:
        return self.address.get("token")

    @property
    def form_url(self) -> str:
        return _form_url(self.address)

    @property
    def withdraw_url(self) -> str:
        if self.token:
            return url_for("changing.taking_back", token=self.token)
        return url_for("changing.taking_back_open", code=self.address["code"], key=self.address["key"])

    def url(self, page: str) -> str:
        """A page of this package for this answer."""
        if self.token:
            return url_for(f"afterwards.{page}", token=self.token)
        return url_for(f"afterwards.open_{page}", code=self.address["code"], key=self.address["key"])

    def subject(self, form: str) -> str:
        """What the nonces of one form are bound to: no other form takes them, nor does any other answer's."""
        return token_digest(f"{form} {self.response.reference}")


@afterwards.get("/s/<token>/thanks", endpoint="thanks")
@afterwards.get("/o/<code>/<key>/thanks", endpoint="open_thanks")
@public
def thanks(**address: str) -> str:
    """It has arrived; what happens now? The same for an answer that is held for review."""
    answered = _answered(address)
    added = added_to(answered.response)
    form = ContactForm(is_known=True, has_agreed=added.has_agreed) if answered.may_change else None
    return _thanks_page(answered, added, form)


@afterwards.post("/s/<token>/contact", endpoint="contact")
@afterwards.post("/o/<code>/<key>/contact", endpoint="open_contact")
@public
def contact(**address: str) -> ResponseReturnValue:
    """Store whether we may contact somebody about their answer; sent again, the last word holds."""
    answered, now = _answered(address), utc_now()
    there = redirect(f"{answered.url('thanks')}#contact", code=303)
    if not answered.may_change:
        return there
    added = added_to(answered.response)
    form = ContactForm(request.form, is_known=added.has_details)
    if not _is_from_our_page(answered, "contact", now):
        return _thanks_page(answered, added, form, notice=_(STOOD_OPEN)), 400
    if not form.validate():
        return _thanks_page(answered, added, form), 422
    with suppress(Refused):  # it was withdrawn, or the time ended, at this very moment
        if form.wanted.data == YES:
            allow_contact(answered.response, form.typed, now=now)
        else:
            forbid_contact(answered.response, now=now)
    return there


@afterwards.get("/s/<token>/about-you", endpoint="about_you")
@afterwards.get("/o/<code>/<key>/about-you", endpoint="open_about_you")
@public
def about_you(**address: str) -> ResponseReturnValue:
    """Who answers us? Optional, each question by itself. What was told before is not shown to whoever has the link."""
    answered, items = _answered(address), questions_about_you()
    if not items or not answered.may_change:
        return redirect(answered.url("thanks"))
    return _about_you_page(answered, items, about_you_form(items))


@afterwards.post("/s/<token>/about-you", endpoint="save_about_you")
@afterwards.post("/o/<code>/<key>/about-you", endpoint="open_save_about_you")
@public
def save_about_you(**address: str) -> ResponseReturnValue:
    """Store what somebody tells of themselves, in place of what they told before."""
    answered, items, now = _answered(address), questions_about_you(), utc_now()
    there = redirect(f"{answered.url('thanks')}#about-you", code=303)
    if not items or not answered.may_change:
        return there
    form = about_you_form(items, request.form)
    if not _is_from_our_page(answered, "about you", now):
        return _about_you_page(answered, items, form, notice=_(STOOD_OPEN)), 400
    if not form.validate():
        return _about_you_page(answered, items, form), 422
    with suppress(Refused):  # it was withdrawn, or the time ended, at this very moment
        tell_about_you(answered.response, form.given, now=now)
    return there


def _answered(address: Mapping[str, str]) -> Answered:
    """Whose page this is. An unknown address ends in the page that says so; one without an answer leads to the form."""
    invitation, response = _by_token(address["token"]) if "token" in address else (None, _by_key(**address))
    if response is None or response.state is ResponseState.WITHDRAWN:
        abort(redirect(_form_url(address)))
    speak_to_reader(response.answered_in)
    return Answered(response, invitation, address, last_change_at(response))


def _by_token(token: str) -> tuple[Invitation, SurveyResponse | None]:
    found = answered_by_token(token)
    if found is None:
        speak_to_reader()
        abort(make_response(resident_page("responses/unknown.html"), 404))
    return found


def _by_key(*, code: str, key: str) -> SurveyResponse | None:
    link, found = link_of_page(code), response_by_key(key) if is_token(key) else None
    return found if link is not None and found is not None and found.open_link_id == link.id else None


def _form_url(address: Mapping[str, str]) -> str:
    if "token" in address:
        return url_for("responses.survey", token=address["token"])
    return url_for("responses.open_survey", code=address["code"])


def _thanks_page(answered: Answered, added: Added, form: ContactForm | None, notice: str | None = None) -> str:
    response, now = answered.response, utc_now()
    errors = [(name, words[0]) for name, words in form.errors.items()] if form is not None else []
    return resident_page(
        "responses/thank_you.html",
        stop_url=_stop_url(answered),
        has_errors=bool(errors),
        errors=errors,
        notice=notice,
        reference=reference_for_people(response.reference),
        service=in_sentence(service_by_id(response.service_id).name),
        support=presenters.support_view(response.service_id),
        may_change_until=answered.may_change_until if form is not None else None,
        change_url=answered.form_url if answered.token else None,
        withdraw_url=answered.withdraw_url,
        changed=presenters.what_changed(response.service_id, london_day(now)),
        consent=presenters.consent_view(response, added, form),
        contact_url=answered.url("contact"),
        nonce=_nonce(answered, "contact", now),
        about_you_number=added.about_you_number if form is not None else 0,
        about_you_url=answered.url("about_you"),
        has_told=added.has_told,
    )


def _about_you_page(
    answered: Answered, items: list[EqualityItem], form: AboutYouForm, notice: str | None = None
) -> str:
    questions = presenters.about_you_views(items, form)
    errors = [(question.name, question.error) for question in questions if question.error]
    return resident_page(
        "responses/afterwards/about_you.html",
        stop_url=_stop_url(answered),
        has_errors=bool(errors),
        errors=errors,
        notice=notice,
        questions=questions,
        support=presenters.support_view(answered.response.service_id),
        nonce=_nonce(answered, "about you", utc_now()),
        thanks_url=answered.url("thanks"),
    )


def _stop_url(answered: Answered) -> str | None:
    return url_for("invitations.stop", token=answered.token) if answered.token else None


def _nonce(answered: Answered, form: str, now: datetime) -> str:
    return _nonces().make(answered.subject(form), answered.response.survey_version_id, now=now)


def _is_from_our_page(answered: Answered, form: str, now: datetime) -> bool:
    sent, version_id = request.form.get("nonce", ""), answered.response.survey_version_id
    return _nonces().check(sent, answered.subject(form), version_id, now=now).state is NonceState.GOOD


def _nonces() -> PageNonces:
    return PageNonces(current_app.config["SECRET_KEY"])
