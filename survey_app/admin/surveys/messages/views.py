"""What does our invitation say? Worded, seen as it goes out, tried on oneself, and taken back, for each survey."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.models import User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id, current_viewer
from survey_app.admin.surveys.drafts import draft_of
from survey_app.admin.surveys.messages import presenters
from survey_app.admin.surveys.messages.forms import PriceForm, TextForm
from survey_app.admin.surveys.presenters import tabs
from survey_app.contacts.asking.operations import change_rules
from survey_app.contacts.queries import asking_rules
from survey_app.contacts.ways import Way
from survey_app.invitations.languages import WALES, WELSH
from survey_app.invitations.letters.presenters import sample_mailing
from survey_app.invitations.letters.printing import Paper
from survey_app.invitations.message_texts import Slot, pipes_for, slots, text_to_begin_with
from survey_app.invitations.models import MessageKind
from survey_app.invitations.operations import (
    WrittenMeanwhile,
    send_test_text,
    set_bilingual,
    undo_text,
    write_text,
)
from survey_app.invitations.presenters import sample_message
from survey_app.invitations.queries import message_text, message_texts, written_in
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.kernel.languages import ENGLISH, TRANSLATED, name_in_english
from survey_app.messaging.email import Email
from survey_app.messaging.errors import SendError, ServerTrouble
from survey_app.organisation.queries import all_services, council, council_nation
from survey_app.settings import Settings
from survey_app.surveys.models import Survey
from survey_app.surveys.queries import language_codes_of, newest_published
from survey_app.surveys.scales import can_be_answered_by_text
from survey_app.web.access import requires

messages = Blueprint("messages", __name__, url_prefix="/admin/surveys/<code>/messages")
NOBODY = "nobody@example.org"  # to whom a preview is written
ONE = f"/<any({', '.join(MessageKind)}):kind>/<any({', '.join(Way)}):way>/<language>"
IN_A_FRAME_OF_ITS_OWN = "default-src 'none'; style-src 'unsafe-inline'; sandbox"  # a letter brings its styles with it


def init_app(app: Flask) -> None:
    app.register_blueprint(messages)


@dataclass(frozen=True)
class Place:
    """A text of a survey, and what its page has to know."""

    survey: Survey
    slot: Slot
    takes_numbers: bool
    is_published: bool
    longest: dict[str, str]

    def form(self, **values: str) -> TextForm:
        return TextForm(self.slot, takes_numbers=self.takes_numbers, longest=self.longest, **values)


@messages.get("/")
@requires("edit_surveys")
def index(code: str) -> str:
    """Which texts are our own, and which are the standard ones?"""
    return _index_page(draft_of(code).survey, _price_form())


@messages.post("/price")
@requires("edit_surveys")
def price(code: str) -> ResponseReturnValue:
    """Keep what a part of a text message costs us."""
    survey, form = draft_of(code).survey, PriceForm()
    if not form.validate():
        return _index_page(survey, form), 422
    change_rules({"text_part_price": form.hundredths}, now=utc_now(), by=current_user_id())
    return redirect(url_for("messages.index", code=code, done="price"), code=303)


@messages.post("/bilingual")
@requires("edit_surveys")
def bilingual(code: str) -> ResponseReturnValue:
    """Welsh and English side by side from now on, or one language in each message again, as the button says."""
    is_on = request.form.get("do") == "on"
    set_bilingual(draft_of(code).survey, is_on, now=utc_now(), by=current_user_id())
    return redirect(url_for("messages.index", code=code, done="bilingual" if is_on else "single"), code=303)


@messages.get(ONE)
@requires("edit_surveys")
def edit(code: str, kind: str, way: str, language: str) -> str:
    """The text as it stands, to be changed."""
    place = _place(code, kind, way, language)
    standing = written_in(message_text(place.survey, place.slot))
    shown = standing or text_to_begin_with(place.slot, takes_numbers=place.takes_numbers)
    based_on = standing.mark if standing else ""
    form = place.form(formdata=None, subject=shown.subject, body=shown.body, based_on=based_on)  # type: ignore[arg-type]
    return _edit_page(place, form, is_good=True)


@messages.post(ONE)
@requires("edit_surveys")
def write(code: str, kind: str, way: str, language: str) -> ResponseReturnValue:
    """Show the message with this text, send it to whoever wrote it, or keep it, as the button says."""
    place = _place(code, kind, way, language)
    form, do = place.form(), request.form.get("do")
    if not form.validate():
        return _edit_page(place, form), 422
    if do in ("look", *Paper):
        return _as_it_looks(place, form, Paper(do) if do in list(Paper) else Paper.LETTER)
    if do == "test":
        return _tested(place, form)
    if do != "keep":
        return _edit_page(place, form, is_good=True)
    try:
        write_text(
            place.survey,
            place.slot,
            form.written,
            based_on=form.based_on.data or "",
            now=utc_now(),
            by=current_user_id(),
        )
    except WrittenMeanwhile:
        return _edit_page(place, form, is_stale=True, is_good=True), 409
    return _to(place, done="kept")


@messages.post(f"{ONE}/standard")
@requires("edit_surveys")
def standard(code: str, kind: str, way: str, language: str) -> ResponseReturnValue:
    """Our text again; the council's own comes back by an undo."""
    place = _place(code, kind, way, language)
    standing = written_in(message_text(place.survey, place.slot))
    if standing is not None:
        write_text(place.survey, place.slot, None, based_on=standing.mark, now=utc_now(), by=current_user_id())
    return _to(place, done="standard")


@messages.post(f"{ONE}/undo")
@requires("edit_surveys")
def undo(code: str, kind: str, way: str, language: str) -> ResponseReturnValue:
    """What stood there before the last change."""
    place = _place(code, kind, way, language)
    undo_text(place.survey, place.slot, now=utc_now(), by=current_user_id())
    return _to(place, done="undone")


def _place(code: str, kind: str, way: str, language: str) -> Place:
    survey, slot = draft_of(code).survey, Slot(MessageKind(kind), Way(way), language)
    if slot not in slots(language) or language not in _languages(survey):
        raise NotFound("There is no such message.")
    version = newest_published(survey)
    takes_numbers = version is not None and can_be_answered_by_text(version)
    names = [service.name for service in all_services()]
    longest = presenters.longest_words(council(), names, _settings().base_url)
    return Place(survey, slot, takes_numbers, version is not None, longest)


def _languages(survey: Survey) -> list[str]:
    """In which the messages of a survey can be worded: those that have texts of ours, and those it is translated to."""
    version = newest_published(survey)
    translated = (version.translations or {}) if version else {}
    return list(dict.fromkeys((ENGLISH, *TRANSLATED, *translated)))


def _price_form() -> PriceForm:
    price = asking_rules().text_part_price
    return PriceForm(formdata=None, pence="" if price is None else f"{price / 100:g}")


def _index_page(survey: Survey, form: PriceForm) -> str:
    version, rows = newest_published(survey), message_texts(survey)
    takes_numbers = version is not None and can_be_answered_by_text(version)
    languages = _languages(survey)
    chosen = request.args.get("lang", languages[0])
    return staff_page(
        "admin/surveys/messages/index.html",
        **_frame(survey),
        survey=survey,
        rows=presenters.slot_rows(chosen if chosen in languages else languages[0], rows, takes_numbers=takes_numbers),
        languages=[(code, name_in_english(code), code == chosen) for code in languages],
        own=sum(row.body is not None for row in rows.values()),
        takes_numbers=takes_numbers,
        is_published=version is not None,
        is_in_wales=council_nation() == WALES,
        is_in_welsh=version is not None and WELSH in language_codes_of(version),
        form=form,
        done=request.args.get("done"),
        has_errors=bool(form.errors),
    )


def _edit_page(
    place: Place,
    form: TextForm,
    *,
    is_good: bool = False,
    is_stale: bool = False,
    problem: str | None = None,
    sent_to: str | None = None,
) -> str:
    """`is_good`: the text can go out, so the message is shown with it."""
    slot, price = place.slot, asking_rules().text_part_price
    row = message_text(place.survey, slot)
    standing, preview, length = written_in(row), None, None
    if is_good and slot.way is not Way.LETTER:
        preview, problem = _preview(place, form, problem)
    if is_good and slot.way is Way.SMS:
        length = presenters.worst_case(form.written, place.longest, price)
    return staff_page(
        "admin/surveys/messages/edit.html",
        **_frame(place.survey),
        place=place,
        label=presenters.label_of(slot),
        language=name_in_english(slot.language),
        form=form,
        mark=standing.mark if standing else "",
        pipes=pipes_for(slot.way),
        standing=standing,
        row=row,
        is_stale=is_stale,
        preview=preview,
        length=length,
        advice=presenters.advice_on(form.written, slot.way, length),
        problem=problem,
        sent_to=sent_to,
        done=request.args.get("done"),
        has_errors=bool(form.errors or problem),
    )


def _frame(survey: Survey) -> dict[str, object]:
    """The way here, and what else there is to do with the survey."""
    return {"tabs": tabs(draft_of(survey.code)), "current": f"/admin/surveys/{survey.code}/messages/"}


def _preview(place: Place, form: TextForm, problem: str | None) -> tuple[object, str | None]:
    """The message with this text, or why there is none yet."""
    try:
        own, now = form.written, utc_now()
        message = sample_message(
            place.slot, NOBODY, survey=place.survey, own=own, base_url=_settings().base_url, now=now
        )
    except Refused as refusal:
        return None, problem or refusal.message
    return message, problem


def _as_it_looks(place: Place, form: TextForm, paper: Paper) -> ResponseReturnValue:
    """The message itself: an e-mail as a mail program shows it, a letter as it is printed."""
    now, base_url = utc_now(), _settings().base_url
    try:
        if place.slot.way is Way.LETTER:
            pdf = sample_mailing(place.survey, form.written, paper, base_url=base_url, now=now).files()["letters.pdf"]
            return Response(pdf, mimetype="application/pdf")
        message = sample_message(place.slot, NOBODY, survey=place.survey, own=form.written, base_url=base_url, now=now)
    except Refused as refusal:
        return _edit_page(place, form, problem=refusal.message), 409
    if isinstance(message, Email) and message.html is not None:
        return Response(message.html, headers={"Content-Security-Policy": IN_A_FRAME_OF_ITS_OWN})
    raise InvalidInput("A text message is shown on the page where it is written.")


def _tested(place: Place, form: TextForm) -> ResponseReturnValue:
    """Send it now, so that what the server says can be read here."""
    viewer, is_text = current_viewer(), place.slot.way is Way.SMS
    recipient = form.number_to_try() if is_text else viewer.email if isinstance(viewer, User) else None
    if recipient is None or place.slot.way is Way.LETTER:
        return _edit_page(place, form), 422
    try:
        send_test_text(place.survey, place.slot, form.written, recipient, now=utc_now(), by=current_user_id())
    except Refused as refusal:
        return _edit_page(place, form, problem=refusal.message), 409
    except (SendError, ServerTrouble) as trouble:
        return _edit_page(place, form, is_good=True, problem=f"The test was not taken: {trouble}."), 503
    return _edit_page(place, form, is_good=True, sent_to=recipient)


def _to(place: Place, *, done: str) -> ResponseReturnValue:
    slot = place.slot
    return redirect(
        url_for(
            "messages.edit",
            code=place.survey.code,
            kind=slot.kind.value,
            way=slot.way.value,
            language=slot.language,
            done=done,
        ),
        code=303,
    )


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
