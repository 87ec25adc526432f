"""The public survey page. Opening it changes nothing; a person presses Send."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.invitations.codes import CODE_LENGTH, NEVER_IN_A_CODE, OPEN_CODE_LENGTH, read_code
from survey_app.invitations.models import Invitation, TokenPurpose
from survey_app.invitations.queries import TEST_TOKEN, invitation_by_token, sample_invitation
from survey_app.invitations.views import limit_wrong_codes
from survey_app.kernel.clock import utc_now
from survey_app.kernel.tokens import token_digest
from survey_app.organisation.presenters import resident_page
from survey_app.responses.forms import CodeForm, SurveyForm, survey_form
from survey_app.responses.links.queries import ON_OWN_DEVICE, link_by_code
from survey_app.responses.nonce import NonceState, PageNonces
from survey_app.responses.operations import invited, submit
from survey_app.responses.presenters import about, errors_of, question_views, reference_for_people
from survey_app.responses.queries import counted_response
from survey_app.responses.suspicion import Signs
from survey_app.settings import Settings
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
        return redirect(f"/o/{link.code}", code=303)
    code = read_code(form.code.data)
    if code is None or invitation_by_token(code, TokenPurpose.ANSWER) is None:
        form.code.errors = [UNKNOWN_CODE]
        return _code_page(form), 404
    return redirect(url_for("responses.survey", token=code), code=303)


@responses.get("/s/test")
@public
def test_survey() -> ResponseReturnValue:
    """The survey as it stands, for staff who try it out: the link in a test message."""
    invitation = sample_invitation(utc_now())
    if invitation is None:
        return resident_page("responses/unknown.html"), 404
    form = survey_form(invitation.survey_version, chosen=request.args.get("answer"))
    return _form_page(TEST_TOKEN, invitation, form, notice=ONLY_A_TEST)


@responses.post("/s/test")
@public
def test_answer() -> ResponseReturnValue:
    """Check what was chosen as for a resident, and forget it."""
    invitation = sample_invitation(utc_now())
    if invitation is None:
        return resident_page("responses/unknown.html"), 404
    form = survey_form(invitation.survey_version, request.form)
    if not form.validate():
        return _form_page(TEST_TOKEN, invitation, form, notice=ONLY_A_TEST), 422
    return redirect(url_for("responses.test_sent"), code=303)


@responses.get("/s/test/sent")
@public
def test_sent() -> str:
    return resident_page("responses/test_sent.html")


@responses.get("/s/<token>")
@public
def survey(token: str) -> ResponseReturnValue:
    """The form; after it was answered, the thank-you; after it closed, where to turn."""
    invitation = invitation_by_token(token, TokenPurpose.ANSWER)
    if invitation is None:
        return resident_page("responses/unknown.html"), 404
    if (answered := _thank_you(token, invitation)) is not None:
        return answered
    if invitation.closes_at <= utc_now():
        return resident_page("responses/closed.html"), 410
    return _form_page(token, invitation, survey_form(invitation.survey_version, chosen=request.args.get("answer")))


@responses.post("/s/<token>")
@public
def answer(token: str) -> ResponseReturnValue:
    """Store the answers once, then show the thank-you under the same address."""
    invitation = invitation_by_token(token, TokenPurpose.ANSWER)
    if invitation is None:
        return resident_page("responses/unknown.html"), 404
    here = redirect(url_for("responses.survey", token=token), code=303)
    if counted_response(invitation.id) is not None or invitation.closes_at <= utc_now():
        return here
    form, now = survey_form(invitation.survey_version, request.form), utc_now()
    nonce = _nonces().check(request.form.get("nonce", ""), token_digest(token), invitation.survey_version_id, now=now)
    if nonce.state is not NonceState.GOOD or nonce.made_at is None:
        return _form_page(token, invitation, form, notice=STOOD_OPEN), 400
    if not form.validate():
        return _form_page(token, invitation, form), 422
    settings: Settings = current_app.extensions["settings"]
    signs = Signs(now - nonce.made_at, soonest=timedelta(seconds=settings.soonest_answer_seconds))
    submit(invited(invitation, submission_key=nonce.key), form.given(), signs, now=now)
    return here


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


def _form_page(token: str, invitation: Invitation, form: SurveyForm, notice: str | None = None) -> str:
    questions = question_views(invitation.survey_version.items, form)
    errors = errors_of(questions)
    start, service = about(invitation)
    return resident_page(
        "responses/survey.html",
        stop_url=url_for("invitations.stop", token=token),
        has_errors=bool(errors),
        about_start=start,
        about_service=service,
        questions=questions,
        errors=errors,
        notice=notice,
        is_preselected=request.method == "GET" and bool(questions[0].value),
        nonce=_nonces().make(token_digest(token), invitation.survey_version_id, now=utc_now()),
        length_sentence=invitation.survey_version.length_sentence,
    )


def _thank_you(token: str, invitation: Invitation) -> str | None:
    response = counted_response(invitation.id)
    if response is None:
        return None
    return resident_page(
        "responses/thank_you.html",
        stop_url=url_for("invitations.stop", token=token),
        reference=reference_for_people(response.reference),
        service=about(invitation)[1],
    )


def _nonces() -> PageNonces:
    return PageNonces(current_app.config["SECRET_KEY"])
