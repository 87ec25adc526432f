"""The set-up pages. Each step says what is so, lets it be changed, and lets it be undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import Blueprint, Flask, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage

from survey_app.accounts.models import User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_viewer, has_users
from survey_app.admin.setup import presenters
from survey_app.admin.setup.forms import (
    ColoursForm,
    CouncilForm,
    FileForm,
    LogoForm,
    SenderForm,
    ServicesForm,
    TargetForm,
)
from survey_app.admin.setup.queries import HEADLINE, progress, set_up_facts
from survey_app.admin.setup.steps import missing_to_ask, next_step, steps
from survey_app.contacts import operations as contacts
from survey_app.contacts.queries import asking_rules, file_by_reference, preview_of, uploaded_files
from survey_app.dashboards import addresses
from survey_app.invitations.operations import send_test_message
from survey_app.kernel.characters import fit
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.kernel.moments import read_day
from survey_app.kernel.periods import Period
from survey_app.measures.operations import remove_target, set_target
from survey_app.measures.queries.standing import council_targets, target_by_id
from survey_app.measures.targets import has_held
from survey_app.messaging.errors import SendError, ServerTrouble
from survey_app.organisation import operations as organisation
from survey_app.organisation.contrast import WASH, reading
from survey_app.organisation.models import USUAL_BRAND, USUAL_LINK
from survey_app.organisation.operations import CouncilFacts
from survey_app.organisation.queries import all_services, council, service_by_id, the_council
from survey_app.settings import Settings
from survey_app.statistics.target_status import Comparator
from survey_app.surveys.operations import publish_default_survey
from survey_app.web.access import public, requires
from survey_app.web.menu import MenuEntry, add_to_menu
from survey_app.web.uploads import takes_files

LOGO_REQUEST_BYTES = 5_000_000  # more than a logo may have, so that the page itself can say what is too much
FILE_REQUEST_BYTES = contacts.MOST_FILE_BYTES + 5_000_000

front = Blueprint("front", __name__)
admin = Blueprint("admin", __name__, url_prefix="/admin")


def init_app(app: Flask) -> None:
    """Give the app its front door, the set-up pages and their menu entry."""
    app.register_blueprint(front)
    app.register_blueprint(admin)
    add_to_menu(
        app,
        MenuEntry("Set up", "/admin/setup/", "manage_council", under=("/admin/texts/",)),
    )


@front.get("/")
@public
def home() -> ResponseReturnValue:
    """Staff start at the overview, or at what else they may open; without a council, whoever may sets it up."""
    viewer = current_viewer()
    if council() is None:
        if viewer.may("manage_council"):
            return redirect(url_for("admin.overview"))
        return staff_page("admin/setup/not_set_up.html", has_users=has_users())
    if not viewer.is_authenticated:
        return redirect(url_for("security.login"))
    return redirect(addresses.OVERVIEW if viewer.may("view_results") else url_for("accounts.start"))


@admin.before_request
def council_comes_first() -> ResponseReturnValue | None:
    """Every other step is about a council that is there."""
    without = {"admin.start", "admin.overview", "admin.council_step", "admin.save_council"}
    if request.endpoint in without or council() is not None:
        return None
    return redirect(url_for("admin.council_step"), code=303)


@admin.get("/")
@requires("manage_council")
def start() -> ResponseReturnValue:
    return redirect(url_for("admin.overview"))


@admin.get("/setup/")
@requires("manage_council")
def overview() -> str:
    """What is done, and what is next?"""
    facts = set_up_facts()
    return staff_page(
        "admin/setup/overview.html",
        steps=steps(facts),
        next=next_step(facts),
        council_is_there=facts.has_council,
        is_asking=facts.is_asking,
        progress=progress(),
        brand=_brand(),
    )


@admin.get("/setup/council")
@requires("manage_council")
def council_step() -> str:
    return _step_page("council", form=CouncilForm(obj=council()))


@admin.post("/setup/council")
@requires("manage_council")
def save_council() -> ResponseReturnValue:
    """Keep the council; a new one gets its survey, and asks nobody until it is told to."""
    form = CouncilForm()
    if not form.validate():
        return _step_page("council", form=form), 400
    now, is_new = utc_now(), council() is None
    facts = CouncilFacts(**{name: form[name].data for name in CouncilFacts.__dataclass_fields__})
    try:
        organisation.set_up_council(facts, now=now, by=_user_id())
    except Refused as problem:
        return _step_page("council", form=form, problem=problem.message, has_errors=True), 400
    if is_new:
        contacts.pause_asking(now=now, by=_user_id())
        publish_default_survey(now)
    return _on_from("council", f"{facts.name} is kept.")


@admin.get("/setup/logo")
@requires("manage_council")
def logo_step() -> str:
    return _logo_page(LogoForm())


@admin.post("/setup/logo")
@requires("manage_council")
@takes_files(LOGO_REQUEST_BYTES)
def save_logo() -> ResponseReturnValue:
    form = LogoForm()
    if not form.validate():
        return _logo_page(form), 400
    try:
        organisation.set_logo(_content(form.logo.data), now=utc_now(), by=_user_id())
    except InvalidInput as problem:
        form.logo.errors = [problem.message]
        return _logo_page(form), 400
    return _stay_at("logo_step", "The logo is on every page now.")


@admin.post("/setup/logo/remove")
@requires("manage_council")
def remove_logo() -> ResponseReturnValue:
    organisation.remove_logo(now=utc_now(), by=_user_id())
    return _stay_at("logo_step", "The logo was removed.")


@admin.get("/setup/colours")
@requires("manage_council")
def colours_step() -> str:
    found = the_council()
    return _colours_page(ColoursForm(brand=found.brand_colour, link=found.link_colour))


@admin.post("/setup/colours")
@requires("manage_council")
def save_colours() -> ResponseReturnValue:
    form = ColoursForm()
    if not form.validate():
        return _colours_page(form), 400
    organisation.set_colours(form.brand.data, form.link.data, now=utc_now(), by=_user_id())
    return _stay_at("colours_step", "The colours are kept.")


@admin.post("/setup/colours/usual")
@requires("manage_council")
def usual_colours() -> ResponseReturnValue:
    """Go back to the colours that everybody starts with."""
    organisation.set_colours(USUAL_BRAND, USUAL_LINK, now=utc_now(), by=_user_id())
    return _stay_at("colours_step", "The colours are those of the beginning again.")


@admin.get("/setup/services")
@requires("manage_council")
def services_step() -> str:
    return _services_page()


@admin.post("/setup/services")
@requires("manage_council")
def type_services() -> ResponseReturnValue:
    form = ServicesForm()
    return _add_services(form, form.services, lambda now, by: organisation.add_services(_typed(form), now=now, by=by))


@admin.post("/setup/services/file")
@requires("manage_council")
@takes_files(LOGO_REQUEST_BYTES)
def upload_services() -> ResponseReturnValue:
    form = FileForm()
    return _add_services(
        form,
        form.file,
        lambda now, by: organisation.import_uploaded_organisation(
            _content(form.file.data), _name_of(form.file.data), now=now, by=by
        ),
        "Services, teams and sites",
    )


@admin.post("/setup/services/<int:service_id>/remove")
@requires("manage_council")
def remove_service(service_id: int) -> ResponseReturnValue:
    service = service_by_id(service_id)
    name = service.name
    try:
        organisation.remove_service(service, now=utc_now(), by=_user_id())
    except Refused as problem:
        return _services_page(problem=problem.message), 400
    return _stay_at("services_step", f"{name} was removed.")


@admin.get("/setup/target")
@requires("manage_council")
def target_step() -> str:
    year = Period.financial_year_of(london_day(utc_now()))
    return _target_page(TargetForm(percent="90", valid_from=f"{year.first:%d/%m/%Y}"))


@admin.post("/setup/target")
@requires("manage_council")
def save_target() -> ResponseReturnValue:
    form = TargetForm()
    if not form.validate():
        return _target_page(form), 400
    try:
        set_target(
            HEADLINE,
            form.share,
            Comparator(form.comparator.data),
            read_day(form.valid_from.data),
            approved_by=form.approved_by.data,
            now=utc_now(),
            by=_user_id(),
        )
    except Refused as problem:
        form.valid_from.errors = [f"{problem.message} Targets have a page of their own."]
        return _target_page(form), 400
    return _stay_at("target_step", "The target is kept.")


@admin.post("/setup/target/<int:target_id>/remove")
@requires("manage_council")
def undo_target(target_id: int) -> ResponseReturnValue:
    remove_target(target_by_id(target_id), now=utc_now(), by=_user_id())
    return _stay_at("target_step", "The target was removed.")


@admin.get("/setup/sender")
@requires("manage_council")
def sender_step() -> str:
    found = the_council()
    return _sender_page(SenderForm(name=found.sender_name, email=found.sender_email))


@admin.post("/setup/sender")
@requires("manage_council")
def save_sender() -> ResponseReturnValue:
    form = SenderForm()
    if not form.validate():
        return _sender_page(form), 400
    organisation.set_sender(form.name.data, form.email.data, now=utc_now(), by=_user_id())
    return _on_from("sender", "The sender is kept.")


@admin.get("/setup/contacts")
@requires("manage_council")
def contacts_step() -> str:
    return _contacts_page(FileForm())


@admin.post("/setup/contacts")
@requires("manage_council")
@takes_files(FILE_REQUEST_BYTES)
def upload_contacts() -> ResponseReturnValue:
    """Keep the file for the preview. None of its contacts is stored."""
    form = FileForm()
    if not form.validate():
        return _contacts_page(form), 400
    upload: FileStorage = form.file.data
    try:
        file = contacts.keep_file(_name_of(upload), _content(upload), now=utc_now(), by=_user_id())
    except InvalidInput as problem:
        form.file.errors = [problem.message]
        return _contacts_page(form), 400
    return redirect(url_for("admin.preview", reference=file.reference), code=303)


@admin.get("/setup/contacts/<reference>")
@requires("manage_council")
def preview(reference: str) -> ResponseReturnValue:
    """What was understood of the file, before anything of it is stored."""
    now = utc_now()
    file = file_by_reference(reference, now)
    if file.imported_at is not None:
        return redirect(url_for("admin.contacts_step"))
    found, rules = preview_of(file, now), asking_rules()
    return _step_page(
        "contacts",
        "preview",
        file=file,
        preview=found,
        columns=presenters.PREVIEW_COLUMNS,
        rows=presenters.preview_rows(found),
        not_asked=presenters.not_asked_lines(found, rules),
    )


@admin.post("/setup/contacts/<reference>/import")
@requires("manage_council")
def import_contacts(reference: str) -> ResponseReturnValue:
    """All of the file, or nothing; pressed twice, it is imported once."""
    now = utc_now()
    file = file_by_reference(reference, now)
    if file.imported_at is not None:
        return _stay_at("contacts_step", "This file was imported already.")
    result = contacts.import_file(file, now=now, by=_user_id())
    return _stay_at("contacts_step", presenters.import_sentence(result))


@admin.post("/setup/contacts/<reference>/forget")
@requires("manage_council")
def forget_file(reference: str) -> ResponseReturnValue:
    now = utc_now()
    contacts.forget_file(file_by_reference(reference, now), now=now, by=_user_id())
    return _stay_at("contacts_step", "The file was forgotten. Nothing of it was stored.")


@admin.post("/setup/contacts/<reference>/undo")
@requires("manage_council")
def undo_import(reference: str) -> ResponseReturnValue:
    now = utc_now()
    try:
        removed = contacts.undo_import(file_by_reference(reference, now), now=now, by=_user_id())
    except Refused as problem:
        return _contacts_page(FileForm(), problem=problem.message), 400
    return _stay_at("contacts_step", f"The import was undone: {removed:,} taken out again.")


@admin.get("/setup/test")
@requires("manage_council")
def test_step() -> str:
    return _test_page()


@admin.post("/setup/test")
@requires("manage_council")
def send_test() -> ResponseReturnValue:
    """Send it now, so that what the mail server says can be read here."""
    recipient = _user().email
    try:
        send_test_message(recipient, now=utc_now(), by=_user_id())
    except Refused as problem:
        return _test_page(problem=problem.message), 400
    except (SendError, ServerTrouble) as trouble:
        return _test_page(problem=f"The message was not taken: {trouble}. Check MAIL_URL and the sender."), 503
    where = "handed to the mail server" if _settings().mail_url else "written to the outbox folder"
    return _stay_at("test_step", f"The test message to {recipient} was {where}.")


@admin.get("/setup/asking")
@requires("manage_council")
def asking_step() -> str:
    facts = set_up_facts()
    return _step_page(
        "asking",
        missing=missing_to_ask(facts),
        is_asking=facts.is_asking,
        progress=progress(),
        rules=asking_rules(),
        mail=presenters.mail_destination(_settings()),
    )


@admin.post("/setup/asking/start")
@requires("manage_council")
def start_asking() -> ResponseReturnValue:
    if missing_to_ask(set_up_facts()):
        return redirect(url_for("admin.asking_step"), code=303)
    contacts.start_asking(now=utc_now(), by=_user_id())
    return _stay_at("asking_step", "Asking has begun. Open this page again in a minute to see how far it is.")


@admin.post("/setup/asking/pause")
@requires("manage_council")
def pause_asking() -> ResponseReturnValue:
    contacts.pause_asking(now=utc_now(), by=_user_id())
    return _stay_at("asking_step", "Asking is paused. Links that went out keep working.")


def _step_page(name: str, template: str | None = None, **values: Any) -> str:
    """The page of a step; every one knows where it stands, and which comes next."""
    facts = set_up_facts()
    form = values.get("form")
    return staff_page(
        f"admin/setup/{template or name}.html",
        step=next(step for step in steps(facts) if step.name == name),
        next=next_step(facts, after=name),
        brand=_brand(),
        **{"has_errors": bool(form is not None and form.errors), "problem": None} | values,
    )


def _logo_page(form: LogoForm) -> str:
    return _step_page("logo", form=form, has_logo=the_council().logo is not None)


def _colours_page(form: ColoursForm) -> str:
    found = the_council()
    return _step_page(
        "colours",
        form=form,
        brand_reading=reading(found.brand_colour),
        link_reading=reading(found.link_colour, against=WASH),
        colours=found,
        is_usual=(found.brand_colour, found.link_colour) == (USUAL_BRAND, USUAL_LINK),
    )


def _services_page(
    typed: ServicesForm | None = None, upload: FileForm | None = None, problem: str | None = None
) -> str:
    # each form stands alone: what is wrong with one is not said at the other
    typed, upload = typed or ServicesForm(formdata=None), upload or FileForm(formdata=None)
    return _step_page(
        "services",
        form=typed,
        upload=upload,
        services=presenters.service_rows(all_services()),
        problem=problem,
        has_errors=bool(typed.errors or upload.errors or problem),
    )


def _add_services(form: FlaskForm, field: Any, add: Callable[..., Any], what: str = "Services") -> ResponseReturnValue:
    is_valid = form.validate()
    if is_valid:
        try:
            return _stay_at("services_step", presenters.services_sentence(add(utc_now(), _user_id()), what))
        except InvalidInput as problem:
            field.errors = [problem.message]
    page = _services_page(typed=form) if isinstance(form, ServicesForm) else _services_page(upload=form)
    return page, 400


def _target_page(form: TargetForm) -> str:
    targets, today = council_targets(HEADLINE), london_day(utc_now())
    new = [target.id for target in targets if not has_held(target.valid_from, london_day(target.entered_at), today)]
    return _step_page("target", form=form, targets=targets, removable=new)


def _sender_page(form: SenderForm) -> str:
    return _step_page("sender", form=form, mail=presenters.mail_destination(_settings()))


def _contacts_page(form: FileForm, problem: str | None = None) -> str:
    files = uploaded_files(utc_now())
    return _step_page(
        "contacts",
        form=form,
        waiting=[file for file in files if file.imported_at is None],
        imported=[file for file in files if file.imported_at is not None],
        is_asking=set_up_facts().is_asking,
        has_services=bool(all_services()),
        problem=problem,
        has_errors=bool(form.errors or problem),
    )


def _test_page(problem: str | None = None) -> str:
    return _step_page(
        "test",
        recipient=_user().email,
        mail=presenters.mail_destination(_settings()),
        problem=problem,
        has_errors=problem is not None,
    )


def _on_from(name: str, said: str) -> ResponseReturnValue:
    """To the next step that is not done; to the list when none is left."""
    flash(said)
    following = next_step(set_up_facts(), after=name)
    return redirect(url_for(f"admin.{following.name}_step") if following else url_for("admin.overview"), code=303)


def _stay_at(endpoint: str, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for(f"admin.{endpoint}"), code=303)


def _typed(form: ServicesForm) -> str:
    return form.services.data or ""


def _content(upload: FileStorage) -> bytes:
    return upload.stream.read()


def _name_of(upload: FileStorage) -> str:
    """What the file is called, in characters that can be stored and shown."""
    return fit(upload.filename or "") or "file"


def _brand() -> str:
    """What tells one pair of colours from another: the style sheet is fetched anew where they changed."""
    found = council()
    return "" if found is None else f"{found.brand_colour[1:]}-{found.link_colour[1:]}"


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _user() -> User:
    return cast(User, current_viewer())  # @requires lets nobody else in


def _user_id() -> int:
    return _user().id
