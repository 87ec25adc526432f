"""The list of steps, and those about the council itself: its name and looks, services, target and sender."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
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
from survey_app.admin.setup.steps import next_step, steps
from survey_app.admin.setup.views.frame import (
    admin,
    brand_code,
    content_of,
    name_of,
    on_from,
    settings,
    stay_at,
    step_page,
)
from survey_app.contacts import operations as contacts
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.kernel.moments import read_day
from survey_app.kernel.periods import Period
from survey_app.measures.operations import remove_target, set_target
from survey_app.measures.queries.standing import council_targets, target_by_id
from survey_app.measures.targets import has_held
from survey_app.organisation import operations as organisation
from survey_app.organisation.contrast import WASH, reading
from survey_app.organisation.models import USUAL_BRAND, USUAL_LINK
from survey_app.organisation.operations import CouncilFacts
from survey_app.organisation.parts import operations as parts
from survey_app.organisation.queries import all_services, council, service_by_id, the_council
from survey_app.statistics.target_status import Comparator
from survey_app.surveys.operations import publish_default_survey
from survey_app.web.access import requires
from survey_app.web.uploads import takes_files

LOGO_REQUEST_BYTES = 5_000_000  # more than a logo may have, so that the page itself can say what is too much


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
        brand=brand_code(),
    )


@admin.get("/setup/council")
@requires("manage_council")
def council_step() -> str:
    return step_page("council", form=CouncilForm(obj=council()))


@admin.post("/setup/council")
@requires("manage_council")
def save_council() -> ResponseReturnValue:
    """Keep the council; a new one gets its survey, and asks nobody until it is told to."""
    form = CouncilForm()
    if not form.validate():
        return step_page("council", form=form), 400
    now, is_new = utc_now(), council() is None
    facts = CouncilFacts(**{name: form[name].data for name in CouncilFacts.__dataclass_fields__})
    try:
        organisation.set_up_council(facts, now=now, by=current_user_id())
    except Refused as problem:
        return step_page("council", form=form, problem=problem.message, has_errors=True), 400
    if is_new:
        contacts.pause_asking(now=now, by=current_user_id())
        publish_default_survey(now)
    return on_from("council", f"{facts.name} is kept.")


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
        organisation.set_logo(content_of(form.logo.data), now=utc_now(), by=current_user_id())
    except InvalidInput as problem:
        form.logo.errors = [problem.message]
        return _logo_page(form), 400
    return stay_at("logo_step", "The logo is on every page now.")


@admin.post("/setup/logo/remove")
@requires("manage_council")
def remove_logo() -> ResponseReturnValue:
    organisation.remove_logo(now=utc_now(), by=current_user_id())
    return stay_at("logo_step", "The logo was removed.")


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
    organisation.set_colours(form.brand.data, form.link.data, now=utc_now(), by=current_user_id())
    return stay_at("colours_step", "The colours are kept.")


@admin.post("/setup/colours/usual")
@requires("manage_council")
def usual_colours() -> ResponseReturnValue:
    """Go back to the colours that everybody starts with."""
    organisation.set_colours(USUAL_BRAND, USUAL_LINK, now=utc_now(), by=current_user_id())
    return stay_at("colours_step", "The colours are those of the beginning again.")


@admin.get("/setup/services")
@requires("manage_council")
def services_step() -> str:
    return _services_page()


@admin.post("/setup/services")
@requires("manage_council")
def type_services() -> ResponseReturnValue:
    form = ServicesForm()
    return _add_services(form, form.services, lambda now, by: parts.add_services(_typed(form), now=now, by=by))


@admin.post("/setup/services/file")
@requires("manage_council")
@takes_files(LOGO_REQUEST_BYTES)
def upload_services() -> ResponseReturnValue:
    form = FileForm()
    return _add_services(
        form,
        form.file,
        lambda now, by: parts.do_plan(
            parts.plan_of_file(content_of(form.file.data)), name_of(form.file.data), now=now, by=by
        ),
        "Services, teams and sites",
    )


@admin.post("/setup/services/<int:service_id>/remove")
@requires("manage_council")
def remove_service(service_id: int) -> ResponseReturnValue:
    service = service_by_id(service_id)
    name = service.name
    try:
        parts.remove_service(service, now=utc_now(), by=current_user_id())
    except Refused as problem:
        return _services_page(problem=problem.message), 400
    return stay_at("services_step", f"{name} was removed.")


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
            by=current_user_id(),
        )
    except Refused as problem:
        form.valid_from.errors = [f"{problem.message} Targets have a page of their own."]
        return _target_page(form), 400
    return stay_at("target_step", "The target is kept.")


@admin.post("/setup/target/<int:target_id>/remove")
@requires("manage_council")
def undo_target(target_id: int) -> ResponseReturnValue:
    remove_target(target_by_id(target_id), now=utc_now(), by=current_user_id())
    return stay_at("target_step", "The target was removed.")


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
    organisation.set_sender(form.name.data, form.email.data, now=utc_now(), by=current_user_id())
    return on_from("sender", "The sender is kept.")


def _logo_page(form: LogoForm) -> str:
    return step_page("logo", form=form, has_logo=the_council().logo is not None)


def _colours_page(form: ColoursForm) -> str:
    found = the_council()
    return step_page(
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
    return step_page(
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
            return stay_at("services_step", presenters.services_sentence(add(utc_now(), current_user_id()), what))
        except InvalidInput as problem:
            field.errors = [problem.message]
    page = _services_page(typed=form) if isinstance(form, ServicesForm) else _services_page(upload=form)
    return page, 400


def _target_page(form: TargetForm) -> str:
    targets, today = council_targets(HEADLINE), london_day(utc_now())
    new = [target.id for target in targets if not has_held(target.valid_from, london_day(target.entered_at), today)]
    return step_page("target", form=form, targets=targets, removable=new)


def _sender_page(form: SenderForm) -> str:
    return step_page("sender", form=form, mail=presenters.mail_destination(settings()))


def _typed(form: ServicesForm) -> str:
    return form.services.data or ""
