"""Pages on which staff enter answers. None of them shows an answer that was stored, or one that was begun."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.models import User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_viewer
from survey_app.invitations.views import is_code
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import NotFound, Refused
from survey_app.organisation.channels import Mode
from survey_app.organisation.presenters import council_view
from survey_app.responses.assisted.forms import CardForm, FindForm
from survey_app.responses.assisted.operations import enter_answer
from survey_app.responses.assisted.presenters import ANSWERED, Ending, Subject, subject_of, when_asked
from survey_app.responses.assisted.queries import invitation_by_code, invitation_by_contact
from survey_app.responses.assisted.tickets import Holds, Ticket, Tickets
from survey_app.responses.forms import SurveyForm, given_from, survey_form, values_of
from survey_app.responses.links.queries import link_by_code
from survey_app.responses.models import LinkKind
from survey_app.responses.operations import last_change_at
from survey_app.responses.presenters import filled_in, question_views, reference_for_people
from survey_app.responses.queries import response_by_key
from survey_app.surveys.queries import route_of
from survey_app.web.access import requires
from survey_app.web.errors import typed_words
from survey_app.web.limits import by_address, limit_wrong_guesses
from survey_app.web.menu import MenuEntry, add_to_menu

assisted = Blueprint("assisted", __name__, url_prefix="/assisted")

UNKNOWN_CODE = "We do not know this code. Compare each letter and digit with what is printed, then try again"
UNKNOWN_REFERENCE = (
    "Nobody was asked about a contact of your services with this reference, so no answer can be entered. "
    "We do not choose whom we ask: figures of people whom staff have picked would be believed by nobody"
)
ONLY_ON_PAPER = "This code is on cards that lie out for everybody. Only a card that somebody filled in can be entered"


WRONG_CODES_OF_ONE = "20 per hour"  # member of staff: a whole council may sit behind one address


def init_app(app: Flask) -> None:
    app.register_blueprint(assisted)
    wrong_codes = ("wrong codes of staff", ["assisted.find"], WRONG_CODES_OF_ONE)
    limit_wrong_guesses(app, *wrong_codes, key=_by_member_of_staff, is_guess=is_code)
    add_to_menu(app, MenuEntry("Enter answers", "/assisted/", "enter_answers"))


def _by_member_of_staff() -> str:
    viewer = current_viewer()
    return f"user:{viewer.id}" if isinstance(viewer, User) else by_address()


@assisted.get("/")
@requires("enter_answers")
def index() -> str:
    """On the phone or on paper? And whose answer is it?"""
    return _find_page(FindForm(formdata=None))


@assisted.post("/")
@requires("enter_answers")
def find() -> ResponseReturnValue:
    """Lead to the questions for a code or a reference. What was typed comes back where it leads nowhere."""
    form = FindForm()
    if not form.validate():
        return _find_page(form), 422
    mode, found = Mode(form.mode.data), _found(form)
    if found is None:
        field, words = (form.code, UNKNOWN_CODE) if form.code.data else (form.reference, UNKNOWN_REFERENCE)
        field.errors = [words]
        return _find_page(form), 404
    holds, name = found
    if holds is Holds.OPEN_LINK and mode is not Mode.PAPER:
        form.code.errors = [ONLY_ON_PAPER]
        return _find_page(form), 422
    ticket = _tickets().make(mode, holds, name, user_id=_user().id)
    return redirect(url_for("assisted.enter", ticket=ticket), code=303)


@assisted.get("/enter/<ticket>")
@requires("enter_answers")
def enter(ticket: str) -> ResponseReturnValue:
    """What to read out, and the questions as residents see them."""
    read = _read(ticket)
    if response_by_key(read.key) is not None:
        return redirect(url_for("assisted.sent", ticket=ticket))
    subject = subject_of(read)
    if (ending := subject.ending(read.mode, _user().email, utc_now())) is not None:
        return _ended(ending)
    asked = route_of(subject.version).course({}, subject.facts(read, utc_now())).possible
    return _entry_page(read, subject, survey_form(subject.version, codes=asked))


@assisted.post("/enter/<ticket>")
@requires("enter_answers")
def send(ticket: str) -> ResponseReturnValue:
    """Store what was entered, once; a page that is sent twice stores nothing the second time."""
    read, now = _read(ticket), utc_now()
    if response_by_key(read.key) is not None:
        return redirect(url_for("assisted.sent", ticket=ticket, again="yes"), code=303)
    subject = subject_of(read)
    if (ending := subject.ending(read.mode, _user().email, now)) is not None:
        return _ended(ending)
    form, days = _form_sent(read, subject, now), subject.card_days(read.mode, now)
    card = CardForm(days, request.form) if days is not None else None
    is_good = [part.validate() for part in (form, card) if part is not None]  # each says what is wrong with it
    if not all(is_good):
        return _entry_page(read, subject, form, card), 422
    occasion = subject.occasion(read, card.written_on if card is not None else None)
    try:
        enter_answer(occasion, given_from(subject.version, values_of(form)), now=now, by=_user().id)
    except Refused:
        return _ended(ANSWERED)
    return redirect(url_for("assisted.sent", ticket=ticket), code=303)


@assisted.get("/sent/<ticket>")
@requires("enter_answers")
def sent(ticket: str) -> ResponseReturnValue:
    """What to say before goodbye; or, of a card, the way to the next one."""
    read = _read(ticket)
    response = response_by_key(read.key)
    if response is None:
        return redirect(url_for("assisted.enter", ticket=ticket))
    reference = reference_for_people(response.reference)
    if read.mode is Mode.PAPER:
        code = read.name if read.holds is Holds.OPEN_LINK else ""  # the next card of a pile has the same
        form = FindForm(formdata=None, data={"mode": read.mode.value, "code": code})
        return _find_page(form, stored=reference, is_again="again" in request.args)
    return staff_page(
        "responses/assisted/sent.html",
        reference=reference,
        change_until=last_change_at(response),
        complain=council_view(),
    )


@assisted.get("/not-now")
@requires("enter_answers")
def not_now() -> str:
    """They would rather not: nothing is recorded."""
    return staff_page("responses/assisted/not_now.html")


def _find_page(form: FindForm, *, stored: str | None = None, is_again: bool = False) -> str:
    problems = [field for field in form if field.errors]
    return staff_page(
        "responses/assisted/index.html",
        form=form,
        problems=problems,
        has_errors=bool(problems),
        stored=stored,
        is_again=is_again,
    )


def _form_sent(ticket: Ticket, subject: Subject, now: datetime) -> SurveyForm:
    """What was entered. Only a question on the path of what was entered may need an answer."""
    route, facts = route_of(subject.version), subject.facts(ticket, now)
    asked = route.course({}, facts).possible
    said = {code: ",".join(request.form.getlist(code)) for code in asked}
    return survey_form(subject.version, request.form, codes=asked, on_path=route.path(said, facts))


def _entry_page(ticket: Ticket, subject: Subject, form: SurveyForm, card: CardForm | None = None) -> str:
    days = subject.card_days(ticket.mode, utc_now())
    card = card or (CardForm(days) if days is not None else None)
    problems = [field for part in (card, form) if part is not None for field in part if field.errors]
    return staff_page(
        "responses/assisted/enter.html",
        is_phone=ticket.mode is Mode.PHONE,
        about_start=subject.about[0],
        about_service=subject.about[1],
        questions=filled_in(question_views(subject.version.items, form), subject.words),
        when_asked=when_asked(subject.version),
        form=form,
        support=subject.support if ticket.mode is Mode.PHONE else None,
        card=card,
        days=days,
        problems=problems,
        has_errors=bool(problems),
    )


def _ended(ending: Ending) -> ResponseReturnValue:
    """Why nothing can be entered. What was written in the meantime comes back, to be copied."""
    page = staff_page("responses/assisted/ended.html", ending=ending, typed=typed_words())
    return page, ending.status


def _found(form: FindForm) -> tuple[Holds, str] | None:
    """What the code or the reference names, as a ticket holds it."""
    if not form.code.data:
        invitation = invitation_by_contact(form.reference.data, current_scope())
        return (Holds.INVITATION, invitation.reference) if invitation is not None else None
    if (link := link_by_code(form.code.data, LinkKind.OPEN)) is not None:
        return (Holds.OPEN_LINK, link.code) if current_scope().allows(link.service_id) else None
    invitation = invitation_by_code(form.code.data)
    return (Holds.INVITATION, invitation.reference) if invitation is not None else None


def _read(ticket: str) -> Ticket:
    read = _tickets().read(ticket, user_id=_user().id)
    if read is None:
        raise NotFound("This page has ended.")
    return read


def _tickets() -> Tickets:
    return Tickets(current_app.config["SECRET_KEY"])


def _user() -> User:
    """Whoever has the permission has signed in."""
    return cast(User, current_viewer())
