"""Which services do we have? Each is added, renamed, moved and closed here, or all of them by a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from flask import Blueprint, Flask, Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.admin.services import presenters
from survey_app.admin.services.forms import ClosingForm, NewServiceForm, PlanForm, ServiceForm, UploadForm
from survey_app.admin.services.queries import contacts_since, managers_by_service, pointing_at
from survey_app.extensions import db
from survey_app.kernel.characters import fit
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import AppError, InvalidInput
from survey_app.kernel.moments import read_day
from survey_app.organisation.models import Service
from survey_app.organisation.names import fold, free_code
from survey_app.organisation.parts.facts import PartFacts, PartKey
from survey_app.organisation.parts.operations import FilePlan, NoSense, change_parts, do_plan, plan_of_file
from survey_app.organisation.parts.queries import parts_now
from survey_app.organisation.queries import all_services, service_by_id
from survey_app.organisation.structure import UnitKind
from survey_app.web.access import requires
from survey_app.web.uploads import takes_files

services = Blueprint("services", __name__, url_prefix="/admin/services")
ONE = "/<int:service_id>/"
YEAR = timedelta(days=365)
MOST_BYTES = 200_000  # some thousand services; the preview sends it back as a field of a form


def init_app(app: Flask) -> None:
    app.register_blueprint(services)


@services.get("/")
@requires("manage_council")
def index() -> str:
    """Which are there, how much are they used, and who manages them?"""
    today = london_day(utc_now())
    used = presenters.Use(contacts_since(today - YEAR), managers_by_service(), today)
    rows = presenters.service_rows(all_services(), used)
    claim, rest = presenters.answer(rows)
    return staff_page("admin/services/index.html", rows=rows, claim=claim, rest=rest)


@services.get("/new")
@requires("manage_council")
def new() -> str:
    return _new_page(NewServiceForm(formdata=None))


@services.post("/new")
@requires("manage_council")
def add() -> ResponseReturnValue:
    """Add one service."""
    form = NewServiceForm()
    form.offer(all_services())
    if not form.validate():
        return _new_page(form), 422
    taken = {fold(service.code) for service in all_services()}
    if form.code.data and fold(form.code.data) in taken:
        form.code.errors = ["There is a service with this code already."]
        return _new_page(form), 422
    key = PartKey(UnitKind.SERVICE, form.code.data or free_code(form.name.data, taken))
    if problem := _changed(form, {key: PartFacts(form.name.data, form.parent.data or None, form.first_day)}):
        return _new_page(form, problem), 422
    return _to_index(f"{form.name.data} was added. Its code in files is {key.code}.")


@services.get(ONE)
@requires("manage_council")
def one(service_id: int) -> str:
    """What is this service, and what can be done with it?"""
    service = service_by_id(service_id)
    parent = next((each.code for each in all_services() if each.id == service.parent_id), "")
    values = {"name": service.name, "parent": parent, "valid_from": _typed(service.valid_from)}
    return _one_page(service, ServiceForm(formdata=None, **values))


@services.post(ONE)
@requires("manage_council")
def save(service_id: int) -> ResponseReturnValue:
    """Rename it, move it, or say when it began."""
    service, form = service_by_id(service_id), ServiceForm()
    form.offer(all_services())
    if not form.validate():
        return _one_page(service, form), 422
    key, facts = _part(service)
    wanted = replace(facts, name=form.name.data, parent=form.parent.data or None, valid_from=form.first_day)
    if problem := _changed(form, {key: wanted}):
        return _one_page(service, form, problem), 422
    return _to_index(f"{form.name.data} is kept.")


@services.get(f"{ONE}close")
@requires("manage_council")
def closing(service_id: int) -> str:
    """What would closing it mean?"""
    service = service_by_id(service_id)
    last = service.valid_to or london_day(utc_now())
    after = next((each.code for each in all_services() if each.id == service.successor_id), "")
    return _closing_page(service, ClosingForm(formdata=None, valid_to=_typed(last), successor=after))


@services.post(f"{ONE}close")
@requires("manage_council")
def close(service_id: int) -> ResponseReturnValue:
    """Give it a last day, and say what follows it."""
    service, form = service_by_id(service_id), ClosingForm()
    form.offer(all_services())
    if not form.validate():
        return _closing_page(service, form), 422
    key, facts = _part(service)
    successor = form.successor.data or None
    wanted = replace(facts, valid_to=read_day(form.valid_to.data), successor=successor)
    if form.goes_below.data:
        wanted = replace(wanted, parent=successor)
    if problem := _changed(form, {key: wanted}):
        return _closing_page(service, form, problem), 422
    return _to_index(f"{facts.name} has its last day. Its contacts and figures stay.")


@services.post(f"{ONE}reopen")
@requires("manage_council")
def reopen(service_id: int) -> ResponseReturnValue:
    """Take its last day away."""
    service = service_by_id(service_id)
    key, facts = _part(service)
    change_parts({key: replace(facts, valid_to=None, successor=None)}, now=utc_now(), by=current_user_id())
    return _to_index(f"{facts.name} is open again.")


@services.post(f"{ONE}remove")
@requires("manage_council")
def remove(service_id: int) -> ResponseReturnValue:
    """Take away what nothing belongs to yet."""
    service = service_by_id(service_id)
    key, facts = _part(service)
    if problem := _changed(None, {key: None}):
        return _one_page(service_by_id(service_id), _form_of(service_by_id(service_id)), problem), 409
    return _to_index(f"{facts.name} was removed.")


@services.get("/services.csv")
@requires("manage_council")
def download() -> Response:
    """Everything as a file, which brings it in again."""
    return _file(presenters.as_file(parts_now()), f"services-{london_day(utc_now())}.csv")


@services.get("/template.csv")
@requires("manage_council")
def template() -> Response:
    """A file to begin with."""
    return _file(presenters.template_file(), "services-template.csv")


@services.get("/file")
@requires("manage_council")
def upload() -> str:
    return _upload_page(UploadForm(formdata=None))


@services.post("/file")
@requires("manage_council")
@takes_files(10 * MOST_BYTES)
def look() -> ResponseReturnValue:
    """Show what a file would do. Nothing is done yet."""
    form = UploadForm()
    if not form.validate():
        return _upload_page(form), 422
    content = form.file.data.stream.read()
    try:
        if len(content) > MOST_BYTES:
            raise InvalidInput(f"The file has more than {MOST_BYTES // 1000} kB. Bring it in in parts.")
        plan = plan_of_file(content)
    except InvalidInput as problem:
        form.file.errors = [problem.message]
        return _upload_page(form), 422
    return _plan_page(plan, fit(form.file.data.filename or "") or "file", _text_of(content))


@services.post("/import")
@requires("manage_council")
@takes_files(4 * MOST_BYTES)
def import_() -> ResponseReturnValue:
    """Do what was looked at, all of it; shown again where it would do something else by now."""
    form = PlanForm()
    if not form.validate():
        upload_form = UploadForm(formdata=None)
        upload_form.file.errors = ["The preview was not complete. Choose the file again."]
        return _upload_page(upload_form), 422
    plan = plan_of_file(form.text.data.encode())
    if presenters.plan_mark(plan.differences) != form.mark.data:
        return _plan_page(plan, form.name.data, form.text.data, is_another=True), 409
    done = do_plan(plan, form.name.data, now=utc_now(), by=current_user_id())
    return _to_index(f"{form.name.data}: {done.made} added, {done.changed} changed, {done.unchanged} as they were.")


def _part(service: Service) -> tuple[PartKey, PartFacts]:
    key = PartKey(UnitKind.SERVICE, service.code)
    return key, parts_now()[key]


def _changed(form: FlaskForm | None, wanted: Mapping[PartKey, PartFacts | None]) -> str | None:
    """Do it. Why not, where it cannot be: at the field where that is to be put right, else for the whole page."""
    try:
        change_parts(wanted, now=utc_now(), by=current_user_id())
    except NoSense as error:
        db.session.rollback()
        field = error.problems[0].fact
        if form is None or field not in form:
            return error.message
        form[field].errors = [error.message]
        return error.message
    except AppError as error:
        db.session.rollback()
        return error.message
    return None


def _form_of(service: Service) -> ServiceForm:
    _key, facts = _part(service)
    return ServiceForm(formdata=None, name=facts.name, parent=facts.parent or "", valid_from=_typed(facts.valid_from))


def _new_page(form: NewServiceForm, problem: str | None = None) -> str:
    form.offer(all_services())
    return staff_page("admin/services/new.html", **_problems(form, problem))


def _one_page(service: Service, form: ServiceForm, problem: str | None = None) -> str:
    form.offer([each for each in all_services() if each.id != service.id])
    return staff_page(
        "admin/services/one.html",
        service=service,
        state=presenters.state_of(service, london_day(utc_now())),
        successor=service_by_id(service.successor_id).name if service.successor_id else "",
        **_problems(form, problem),
    )


def _closing_page(service: Service, form: ClosingForm, problem: str | None = None) -> str:
    others = [each for each in all_services() if each.id != service.id]
    form.offer(others)
    return staff_page(
        "admin/services/close.html",
        service=service,
        below=[each for each in others if each.parent_id == service.id and each.valid_to is None],
        pointing=presenters.pointing_rows(pointing_at(service)),
        **_problems(form, problem),
    )


def _upload_page(form: UploadForm) -> str:
    return staff_page("admin/services/file.html", **_problems(form, None))


def _plan_page(plan: FilePlan, name: str, text: str, *, is_another: bool = False) -> str:
    return staff_page(
        "admin/services/plan.html",
        rows=presenters.plan_rows(plan.differences),
        sentence=presenters.plan_sentence(plan.differences, len(plan.wanted)),
        dropped=plan.dropped_columns,
        name=name,
        text=text,
        mark=presenters.plan_mark(plan.differences),
        is_another=is_another,
    )


def _problems(form: FlaskForm, problem: str | None) -> dict[str, object]:
    """What the frame of a page with a form needs; what stands at a field is not said twice."""
    at_fields = [field for field in form if field.errors]
    whole = problem if problem and not at_fields else None
    return {"form": form, "problems": at_fields, "problem": whole, "has_errors": bool(at_fields or whole)}


def _text_of(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")  # as CsvFile reads it


def _typed(day: date | None) -> str:
    return f"{day:%d/%m/%Y}" if day else ""


def _file(content: bytes, name: str) -> Response:
    return Response(content, mimetype="text/csv", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _to_index(said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("services.index"), code=303)
