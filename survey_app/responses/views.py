"""The public survey page. Opening it changes nothing; a person presses Send."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.invitations.codes import CODE_LENGTH, NEVER_IN_A_CODE, OPEN_CODE_LENGTH, read_code
from survey_app.invitations.models import Invitation, TokenPurpose
from survey_app.invitations.queries import TEST_TOKEN, invitation_by_token, sample_invitation
from survey_app.invitations.views import limit_wrong_codes
from survey_app.kernel.clock import utc_now
from survey_app.kernel.tokens import token_digest
from survey_app.organisation.presenters import resident_page
from survey_app.responses.afterwards.presenters import support_view
from survey_app.responses.forms import CodeForm, SurveyForm, survey_form
from survey_app.responses.links.queries import ON_OWN_DEVICE, link_by_code
from survey_app.responses.models import OpenLink
from survey_app.responses.nonce import NonceState, PageNonces
from survey_app.responses.operations import Occasion, by_link, invited, last_change_at, submit
from survey_app.responses.presenters import (
    about,
    about_link,
    answered_notice,
    errors_of,
    question_views,
)
from survey_app.responses.queries import counted_response
from survey_app.responses.suspicion import Signs
from survey_app.settings import Settings
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.queries import newest_published
from survey_app.web.access import public
from survey_app.web.sessions import csrf

responses = Blueprint("responses", __name__)


def init_app(app: Flask) -> None:
    csrf.exempt(responses)  # the page's signed nonce stands in for a session
    app.register_blueprint(responses)
    limit_wrong_codes(app, "responses.open_by_code", "responses.survey", "responses.answer")


STOOD_OPEN = "This page was open for a long time. We kept what you wrote: check it and press Send once more."

UNKNOWN_CODE = "We do not know this code. Compare each letter and digit with our message, then try again"

ONLY_A_TEST = "This is a test. Nothing that you choose or write here is stored or counted."


@responses.get("/s")
@public
def enter_code() -> str:
    """Where somebody types the code from a letter, a card, an e-mail or a poster."""
    return _code_page(CodeForm())


@responses.post("/s")
@public
def open_by_code() -> ResponseReturnValue:
    """Lead to the survey of a code. What is no code, or none of ours, comes back as it was typed."""
    form = CodeForm(request.form)
    if not form.validate():
        return _code_page(form), 422
    if (link := link_by_code(form.code.data, *ON_OWN_DEVICE)) is not None:
        return redirect(url_for("responses.open_survey", code=link.code), code=303)
    code = read_code(form.code.data)
    if code is None or invitation_by_token(code, TokenPurpose.ANSWER) is None:
        form.code.errors = [UNKNOWN_CODE]
        return _code_page(form), 404
    return redirect(url_for("responses.survey", token=code), code=303)


@responses.get("/s/test")
@public
def test_survey() -> ResponseReturnValue:
    """The survey as it stands, for staff who try it out: the link in a test message."""
    asked = _asked_as_a_test()
    return _unknown() if asked is None else _show(asked)


@responses.post("/s/test")
@public
def test_answer() -> ResponseReturnValue:
    """Check what was chosen as for a resident, and forget it."""
    asked = _asked_as_a_test()
    if asked is None:
        return _unknown()
    form = survey_form(asked.version, request.form)
    if not form.validate():
        return _form_page(asked, form), 422
    return redirect(url_for("responses.test_sent"), code=303)


@responses.get("/s/test/sent")
@public
def test_sent() -> str:
    return resident_page("responses/test_sent.html")


@responses.get("/s/<token>")
@public
def survey(token: str) -> ResponseReturnValue:
    """The form; while an answer can be changed, the form again; after it closed, where to turn."""
    asked = _asked_by_token(token)
    return _unknown() if asked is None else _show(asked)


@responses.post("/s/<token>")
@public
def answer(token: str) -> ResponseReturnValue:
    """Store the answers, then lead to the thank-you."""
    asked = _asked_by_token(token)
    return _unknown() if asked is None else _take(asked)


@responses.get("/o/<code>")
@public
def open_survey(code: str) -> ResponseReturnValue:
    """The form of an open link: whoever follows it is asked about its service."""
    asked = _asked_by_link(code)
    return _unknown() if asked is None else _show(asked)


@responses.post("/o/<code>")
@public
def open_answer(code: str) -> ResponseReturnValue:
    """Store what somebody answered by an open link: once for each page that was opened."""
    asked = _asked_by_link(code)
    return _unknown() if asked is None else _take(asked)


@dataclass(frozen=True)
class _Asked:
    """Somebody in front of the form: what they are asked, about what, until when, and what is said on top.

    `subject` is a digest of what names the page: its nonces are bound to it. A test is neither invited nor by a link.
    """

    version: SurveyVersion
    about: tuple[str, str]
    subject: str
    service_id: int
    invitation: Invitation | None = None
    link: OpenLink | None = None
    answered_at: datetime | None = None
    ends_at: datetime | None = None
    notice: str | None = None
    token: str | None = None

    @property
    def stop_url(self) -> str | None:
        return url_for("invitations.stop", token=self.token) if self.token else None

    @property
    def withdraw_url(self) -> str | None:
        return f"/s/{self.token}/withdraw" if self.answered_at else None

    def occasion(self, key: str, now: datetime) -> Occasion:
        """On which their answer is given; `key` is that of the page that they send."""
        if self.invitation is not None:
            return invited(self.invitation, submission_key=key)
        assert self.link is not None  # a test stores nothing
        return by_link(self.link, self.version, submission_key=key, at=now)

    def thanks_url(self, key: str) -> str:
        if self.link is not None:
            return url_for("afterwards.open_thanks", code=self.link.code, key=key)
        return url_for("afterwards.thanks", token=self.token)


def _asked_by_token(token: str) -> _Asked | None:
    invitation = invitation_by_token(token, TokenPurpose.ANSWER)
    if invitation is None:
        return None
    response = counted_response(invitation.id)
    return _Asked(
        invitation.survey_version,
        about(invitation),
        token_digest(token),
        invitation.service_id,
        invitation=invitation,
        answered_at=response.changed_at or response.submitted_at if response else None,
        ends_at=last_change_at(invitation) if response else invitation.closes_at,
        notice=answered_notice(response) if response else None,
        token=token,
    )


def _asked_by_link(code: str) -> _Asked | None:
    link = link_by_code(code, *ON_OWN_DEVICE)
    version = newest_published(link.survey) if link else None
    if link is None or version is None:
        return None
    return _Asked(
        version, about_link(link), token_digest(link.code), link.service_id, link=link, ends_at=link.closed_at
    )


def _asked_as_a_test() -> _Asked | None:
    invitation = sample_invitation(utc_now())
    if invitation is None:
        return None
    subject, service_id = token_digest(TEST_TOKEN), invitation.service.id
    return _Asked(
        invitation.survey_version, about(invitation), subject, service_id, notice=ONLY_A_TEST, token=TEST_TOKEN
    )


def _show(asked: _Asked) -> ResponseReturnValue:
    if (over := _over(asked, utc_now())) is not None:
        return over
    return _form_page(asked, survey_form(asked.version, chosen=request.args.get("answer")))


def _take(asked: _Asked) -> ResponseReturnValue:
    now = utc_now()
    if (over := _over(asked, now)) is not None:
        return over
    form = survey_form(asked.version, request.form)
    nonce = _nonces().check(request.form.get("nonce", ""), asked.subject, asked.version.id, now=now)
    if nonce.state is not NonceState.GOOD or nonce.made_at is None or nonce.key is None:
        return _form_page(asked, form, notice=STOOD_OPEN), 400
    if not form.validate():
        return _form_page(asked, form), 422
    settings: Settings = current_app.extensions["settings"]
    signs = Signs(now - nonce.made_at, soonest=timedelta(seconds=settings.soonest_answer_seconds))
    submit(asked.occasion(nonce.key, now), form.given(), signs, now=now)
    return redirect(asked.thanks_url(nonce.key), code=303)


def _over(asked: _Asked, now: datetime) -> ResponseReturnValue | None:
    """What stands in the place of the form once its time is over."""
    if asked.ends_at is None or now < asked.ends_at:
        return None
    if asked.answered_at is not None:
        return resident_page("responses/answered.html", stop_url=asked.stop_url, answered_at=asked.answered_at)
    return resident_page("responses/closed.html"), 410


def _unknown() -> ResponseReturnValue:
    return resident_page("responses/unknown.html"), 404


def _code_page(form: CodeForm) -> str:
    error = form.code.errors[0] if form.code.errors else None
    return resident_page(
        "responses/code.html",
        has_errors=error is not None,
        typed=form.code.data or "",
        error=error,
        errors=[("code", error)] if error else [],
        length=CODE_LENGTH,
        open_length=OPEN_CODE_LENGTH,
        never=", ".join(NEVER_IN_A_CODE),
    )


def _form_page(asked: _Asked, form: SurveyForm, notice: str | None = None) -> str:
    questions = question_views(asked.version.items, form)
    errors = errors_of(questions)
    start, service = asked.about
    return resident_page(
        "responses/survey.html",
        stop_url=asked.stop_url,
        has_errors=bool(errors),
        about_start=start,
        about_service=service,
        questions=questions,
        errors=errors,
        notice=notice or asked.notice,
        withdraw_url=asked.withdraw_url,
        is_preselected=request.method == "GET" and bool(questions[0].value),
        nonce=_nonces().make(asked.subject, asked.version.id, now=utc_now()),
        length_sentence=asked.version.length_sentence,
        support=support_view(asked.service_id),
    )


def _nonces() -> PageNonces:
    return PageNonces(current_app.config["SECRET_KEY"])
