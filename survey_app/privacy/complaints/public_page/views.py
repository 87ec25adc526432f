"""Complaining about data: a short form, and a page that says what happens next and by when. No cookie, no script."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import true

from survey_app.kernel.clock import utc_now
from survey_app.kernel.languages import ENGLISH, TRANSLATED, own_name
from survey_app.kernel.tokens import token_digest
from survey_app.kernel.translatable import for_translation
from survey_app.organisation.presenters import Fact, FooterLink, add_page_facts, add_resident_link, resident_page
from survey_app.organisation.queries import council
from survey_app.privacy.complaints.deadlines import KEEP_DAYS
from survey_app.privacy.complaints.forms import LONGEST_BODY, LONGEST_REPLY_TO, ComplaintForm
from survey_app.privacy.complaints.letters import REGULATOR, WHAT_NEXT
from survey_app.privacy.complaints.notes import Thanks, ThanksNotes, reference_of
from survey_app.privacy.complaints.operations import receive
from survey_app.responses.nonce import NonceState, PageNonces
from survey_app.responses.views import TRAP
from survey_app.settings import Settings
from survey_app.web.access import public
from survey_app.web.language import keeps_language, speak_to_reader, spoken
from survey_app.web.limits import by_address, limit_tries
from survey_app.web.sessions import csrf
from survey_app.web.templates import translated as _

ADDRESS = "/privacy/complaint"
FROM_ONE_ADDRESS = "20 per hour"  # a library or a council's own office has one
SUBJECT = token_digest("complaint about data")
STOOD_OPEN = for_translation(
    "This page was open for a long time. We kept what you wrote: check it and press the button once more."
)
TRAPPED = for_translation("We kept what you wrote. Press the button once more, so that we know that a person sends it.")

complaint_page = Blueprint("complaint_page", __name__)
keeps_language(complaint_page)


def init_app(app: Flask) -> None:
    csrf.exempt(complaint_page)  # the page's signed nonce stands in for a session
    app.register_blueprint(complaint_page)
    limit_tries(app, "complaint_page.send", FROM_ONE_ADDRESS, keys=[by_address])
    add_resident_link(app, FooterLink(for_translation("Complain about your data"), ADDRESS), while_there_is=true())
    add_page_facts(app, _page_facts)


@complaint_page.get(ADDRESS)
@public
def ask() -> str:
    """The form, and what happens with what it sends."""
    _speak()
    return _form_page(ComplaintForm())


@complaint_page.post(ADDRESS)
@public
def send() -> ResponseReturnValue:
    """Take the complaint in. Sent twice from one page it is one complaint."""
    _speak()
    form, now = ComplaintForm(request.form), utc_now()
    nonce = _nonces().check(request.form.get("nonce", ""), SUBJECT, 0, now=now)
    if nonce.state is not NonceState.GOOD or nonce.key is None:
        return _form_page(form, notice=_(STOOD_OPEN)), 400
    if request.form.get(TRAP):
        return _form_page(form, notice=_(TRAPPED)), 400
    if not form.validate():
        return _form_page(form), 422
    found = receive(reference_of(nonce.key), form.body.data, form.reply_to.data or "", language=spoken(), now=now)
    thanks = Thanks(found.reference, found.acknowledge_by, has_reply_to=bool(form.reply_to.data))
    return redirect(url_for("complaint_page.sent", of=_notes().make(thanks)), code=303)


@complaint_page.get(f"{ADDRESS}/sent")
@public
def sent() -> ResponseReturnValue:
    """It has arrived; what happens next, and by which day."""
    _speak()
    thanks = _notes().read(request.args.get("of", ""))
    if thanks is None:
        return redirect(url_for("complaint_page.ask"))
    return resident_page("privacy/complaint/sent.html", thanks=thanks, regulator=_(REGULATOR))


def _form_page(form: ComplaintForm, *, notice: str | None = None) -> str:
    found = council()
    errors = [(name, words[0]) for name, words in form.errors.items()]
    values: dict[str, Any] = {
        "data_protection_email": found.data_protection_email if found is not None else "",
        "what_next": _(WHAT_NEXT),
        "regulator": _(REGULATOR),
        "keep_days": KEEP_DAYS,
    }
    return resident_page(
        "privacy/complaint/form.html",
        has_errors=bool(errors),
        errors=errors,
        notice=notice,
        form=form,
        trap=TRAP,
        longest=(LONGEST_BODY, LONGEST_REPLY_TO),
        nonce=_nonces().make(SUBJECT, 0, now=utc_now()),
        **values,
    )


def _page_facts() -> list[Fact]:
    settings: Settings = current_app.extensions["settings"]
    return [
        Fact("data_complaint_page", "The form for complaints about data", f"{settings.base_url}{ADDRESS}"),
        Fact("keep_complaint_days", "Days until such a complaint is deleted", str(KEEP_DAYS)),
    ]


def _speak() -> None:
    speak_to_reader(offered={code: own_name(code) for code in (ENGLISH, *TRANSLATED)})


def _nonces() -> PageNonces:
    return PageNonces(current_app.config["SECRET_KEY"])


def _notes() -> ThanksNotes:
    return ThanksNotes(current_app.config["SECRET_KEY"])
