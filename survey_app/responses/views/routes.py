"""The addresses of the public form. Opening one changes nothing; a person presses Send."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.invitations.codes import CODE_LENGTH, NEVER_IN_A_CODE, OPEN_CODE_LENGTH, read_code
from survey_app.invitations.models import TokenPurpose
from survey_app.invitations.queries import invitation_by_token
from survey_app.invitations.views import limit_wrong_codes
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import NotFound
from survey_app.kernel.tokens import token_digest
from survey_app.kernel.translatable import for_translation
from survey_app.organisation.presenters import resident_page
from survey_app.responses.forms import CodeForm
from survey_app.responses.links.queries import ON_OWN_DEVICE, link_by_code
from survey_app.responses.queries import response_by_key
from survey_app.responses.views.asked import asked_as_a_test, asked_by_link, asked_by_token, asked_to_try
from survey_app.responses.views.showing import over_page, show
from survey_app.responses.views.taking import take
from survey_app.surveys.models import SurveyVersion
from survey_app.surveys.queries import picture_by_hash
from survey_app.web.access import public
from survey_app.web.language import keeps_language, speak_to_reader
from survey_app.web.limits import by_address, limit_tries
from survey_app.web.sessions import csrf
from survey_app.web.templates import translated as _
from survey_app.web.transactions import reads_first

SENT_BY_ONE_LINK = "60 per 10 minutes; 200 per day"  # a button pressed over and over is thanked each time
SENT_FROM_ONE_ADDRESS = "600 per hour"  # by links that anybody may follow; a school or a library has one address
UNKNOWN_CODE = for_translation(
    "We do not know this code. Compare each letter and digit with our message, then try again"
)

responses = Blueprint("responses", __name__)
keeps_language(responses)


def init_app(app: Flask) -> None:
    csrf.exempt(responses)  # the page's signed nonce stands in for a session
    app.register_blueprint(responses)
    limit_wrong_codes(app, "responses.open_by_code", "responses.survey", "responses.answer")
    limit_sending(app, "responses.answer", "responses.open_draft_answer")
    limit_tries(app, "responses.open_answer", SENT_FROM_ONE_ADDRESS, keys=[by_address])


def limit_sending(app: Flask, *endpoints: str) -> None:
    """Count what is posted by one link, or by the key of one page of an open link, at each of these routes. What is no
    link of ours is none of this count."""
    for endpoint in endpoints:
        limit_tries(app, endpoint, SENT_BY_ONE_LINK, keys=[_by_link], counts=lambda page: page.status_code != 404)


def _by_link() -> str:
    named = request.view_args or {}
    return f"token:{token_digest(named['token'] if 'token' in named else named['key'])}"


@responses.get("/s")
@public
def enter_code() -> str:
    """Where somebody types the code from a letter, a card, an e-mail or a poster."""
    speak_to_reader()
    return _code_page(CodeForm())


@responses.post("/s")
@public
def open_by_code() -> ResponseReturnValue:
    """Lead to the survey of a code. What is no code, or none of ours, comes back as it was typed."""
    speak_to_reader()
    form = CodeForm(request.form)
    if not form.validate():
        return _code_page(form), 422
    if (link := link_by_code(form.code.data, *ON_OWN_DEVICE)) is not None:
        return redirect(url_for("responses.open_survey", code=link.code), code=303)
    code = read_code(form.code.data)
    if code is None or invitation_by_token(code, TokenPurpose.ANSWER) is None:
        form.code.errors = [_(UNKNOWN_CODE)]
        return _code_page(form), 404
    return redirect(url_for("responses.survey", token=code), code=303)


@responses.get("/s/test")
@public
def test_survey() -> ResponseReturnValue:
    """The survey as it stands, for staff who try it out: the link in a test message."""
    asked = asked_as_a_test()
    return _unknown() if asked is None else show(asked)


@responses.post("/s/test")
@public
def test_answer() -> ResponseReturnValue:
    """Check what was chosen as for a resident, and forget it."""
    asked = asked_as_a_test()
    return _unknown() if asked is None else take(asked)


@responses.get("/s/test/sent")
@public
def test_sent() -> str:
    return resident_page("responses/test_sent.html")


@responses.get("/s/<token>")
@public
def survey(token: str) -> ResponseReturnValue:
    """The form; while an answer can be changed, the form again; after it closed, where to turn."""
    asked = asked_by_token(token)
    return _unknown() if asked is None else show(asked)


@responses.post("/s/<token>")
@public
@reads_first
def answer(token: str) -> ResponseReturnValue:
    """Store the answers, then lead to the thank-you."""
    asked = asked_by_token(token)
    return _unknown() if asked is None else take(asked)


@responses.get("/o/<code>")
@public
def open_survey(code: str) -> ResponseReturnValue:
    """The form of an open link: whoever follows it is asked about its service."""
    asked = asked_by_link(code)
    return _unknown() if asked is None else show(asked)


@responses.post("/o/<code>")
@public
@reads_first
def open_answer(code: str) -> ResponseReturnValue:
    """Store what somebody answered by an open link: once for each page that was opened."""
    asked = asked_by_link(code)
    return _unknown() if asked is None else take(asked)


@responses.get("/o/<code>/d/<key>")
@public
def open_draft(code: str, key: str) -> ResponseReturnValue:
    """The further pages of an open link, where whoever keeps this address can go on later."""
    asked = asked_by_link(code, key)
    if asked is None:
        return _unknown()
    if not asked.kept and over_page(asked, utc_now()) is None:
        is_sent = response_by_key(key) is not None
        return redirect(asked.thanks_url(key) if is_sent else url_for("responses.open_survey", code=code))
    return show(asked)


@responses.post("/o/<code>/d/<key>")
@public
@reads_first
def open_draft_answer(code: str, key: str) -> ResponseReturnValue:
    """Take one of the further pages of an open link."""
    asked = asked_by_link(code, key)
    return _unknown() if asked is None else take(asked)


def tried_out(version: SurveyVersion, *, here: str, sent: str) -> ResponseReturnValue:
    """The pages of a version as its people meet them, for staff who make it: GET shows one, POST takes what was chosen
    and leads on. It need not be stored, and nothing of an answer is. `here` is their address, `sent` that after the
    last. NotFound while the council has no service that it could be about."""
    asked = asked_to_try(version, here=here, sent=sent)
    if asked is None:
        raise NotFound("There is no service yet that a survey could be about.")
    return take(asked) if request.method == "POST" else show(asked)


@responses.get("/survey-picture/<sha256>")
@public
def picture(sha256: str) -> Response:
    """A picture of an Easy Read version. A browser shows it as what we found it to be, and as nothing else."""
    found = picture_by_hash(sha256) or abort(404)
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(found.content, mimetype=found.media_type, headers=headers)


def _unknown() -> ResponseReturnValue:
    speak_to_reader()
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
