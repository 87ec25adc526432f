"""Targets with their history. Nothing here rewrites what figures were judged by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.admin.targets import presenters
from survey_app.admin.targets.amounts import may_have_target, unit_words
from survey_app.admin.targets.forms import EndForm, MarginForm, TargetForm
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import NotFound, Refused
from survey_app.kernel.moments import read_day
from survey_app.kernel.periods import ONE_DAY, Period
from survey_app.measures.definitions import Measure
from survey_app.measures.models import Target
from survey_app.measures.operations import end_target, remove_target, set_margin, set_target
from survey_app.measures.own.queries import all_measures
from survey_app.measures.queries import figures
from survey_app.measures.queries.standing import all_targets, margins, target_by_id, target_history
from survey_app.organisation.models import Service
from survey_app.organisation.queries import all_services
from survey_app.statistics.target_status import Comparator
from survey_app.web.access import requires
from survey_app.web.menu import MenuEntry, add_to_menu

targets = Blueprint("targets", __name__, url_prefix="/admin/targets")


def init_app(app: Flask) -> None:
    app.register_blueprint(targets)
    add_to_menu(app, MenuEntry("Targets", "/admin/targets/", "set_targets", under=("/admin/headline",)))


@targets.get("/")
@requires("set_targets")
def index() -> str:
    """What should we reach today?"""
    services, measures = all_services(), _measures()
    rows = presenters.measure_rows(
        measures, all_targets(), {service.id: (service.code, service.name) for service in services}, _today()
    )
    return staff_page(
        "admin/targets/index.html",
        rows=rows,
        with_target=sum(row.goal != "none" and not row.service for row in rows),
        measures=[(measure.name, measure.label) for measure in measures],
        services=_service_choices(services),
    )


@targets.get("/one")
@requires("set_targets")
def choose() -> ResponseReturnValue:
    """From the choice of a measure and a scope to their page."""
    measure = _measure(request.args.get("measure", ""))
    return redirect(_address(measure, _service(request.args.get("service", ""))))


@targets.get("/<measure_name>")
@requires("set_targets")
def one(measure_name: str) -> str:
    """What should this measure reach, and what was it before?"""
    measure, service = _measure(measure_name), _service(request.args.get("service", ""))
    return _page(measure, service, _new_target(measure))


@targets.post("/<measure_name>")
@requires("set_targets")
def save(measure_name: str) -> ResponseReturnValue:
    """A new line of the history."""
    measure, service = _measure(measure_name), _service(request.args.get("service", ""))
    form = TargetForm(measure, _today())
    if not form.validate():
        return _page(measure, service, form), 400
    try:
        set_target(
            measure.name,
            form.amount,
            Comparator(form.comparator.data),
            form.first_day,
            service_id=None if service is None else service.id,
            valid_to=form.last_day,
            stretch=form.stretch_amount,
            approved_by=form.approved_by.data,
            reason=form.reason.data,
            now=utc_now(),
            by=current_user_id(),
        )
    except Refused as problem:
        form.reason.errors = [problem.message]
        return _page(measure, service, form), 400
    flash("The target is kept.")
    return redirect(_address(measure, service), code=303)


@targets.post("/<measure_name>/margin")
@requires("set_targets")
def save_margin(measure_name: str) -> ResponseReturnValue:
    """How far the measure may fall and still count as maintained."""
    measure = _measure(measure_name)
    form = MarginForm(measure)
    if not form.validate():
        return _page(measure, None, _new_target(measure), form), 400
    set_margin(measure.name, form.amount, approved_by=form.margin_approved_by.data, now=utc_now(), by=current_user_id())
    flash("The margin is kept.")
    return redirect(_address(measure, None), code=303)


@targets.get("/lines/<int:target_id>/end")
@requires("set_targets")
def end(target_id: int) -> str:
    """When should this target end, and why?"""
    return _end_page(target_by_id(target_id), EndForm(formdata=None, last_day=f"{_today():%d/%m/%Y}"))


@targets.post("/lines/<int:target_id>/end")
@requires("set_targets")
def save_end(target_id: int) -> ResponseReturnValue:
    target, form = target_by_id(target_id), EndForm()
    if not form.validate():
        return _end_page(target, form), 400
    try:
        end_target(target, read_day(form.last_day.data), form.reason.data, now=utc_now(), by=current_user_id())
    except Refused as problem:
        form.last_day.errors = [problem.message]
        return _end_page(target, form), 400
    flash("The target ends.")
    return redirect(_address_of(target), code=303)


@targets.post("/lines/<int:target_id>/take-back")
@requires("set_targets")
def take_back(target_id: int) -> ResponseReturnValue:
    """As if it had not been entered; only before it has held for a day."""
    target = target_by_id(target_id)
    back = _address_of(target)
    remove_target(target, now=utc_now(), by=current_user_id())
    flash("The target was taken back.")
    return redirect(back, code=303)


def _new_target(measure: Measure) -> TargetForm:
    """An empty form, from the first day of the next financial year: the answers of that one nobody has seen."""
    following = Period.financial_year_of(_today()).last + ONE_DAY
    return TargetForm(measure, _today(), formdata=None, valid_from=f"{following:%d/%m/%Y}")


def _page(measure: Measure, service: Service | None, form: TargetForm, margin_form: MarginForm | None = None) -> str:
    today, now = _today(), utc_now()
    history = target_history(measure.name, None if service is None else service.id)
    scope = presenters.WHOLE_COUNCIL if service is None else service.name
    year = Period.financial_year_of(today).previous
    where = {} if service is None else {"service": service.code}
    (last_year,) = figures(measure, year.first, year.last, where=where, now=now)
    margin_form = margin_form or MarginForm(measure, formdata=None)
    claim, rest = presenters.answer(measure, scope, presenters.running(history, today))
    return staff_page(
        "admin/targets/one.html",
        measure=measure,
        scope=scope,
        service=service,
        claim=claim,
        rest=rest,
        form=form,
        margin_form=margin_form,
        unit=unit_words(measure),
        last_year=last_year,
        last_year_words=presenters.figure_words(last_year),
        rows=presenters.target_rows(history, measure, today),
        margins=presenters.margin_rows(margins(measure.name), measure),
        action=_address(measure, service, "targets.save"),
        has_errors=bool(form.errors or margin_form.errors),
    )


def _end_page(target: Target, form: EndForm) -> str:
    measure = _measure(target.measure)
    (row,) = presenters.target_rows([target], measure, _today())
    return staff_page(
        "admin/targets/end.html",
        measure=measure,
        row=row,
        form=form,
        back=_address_of(target),
        target_id=target.id,
        has_errors=bool(form.errors),
    )


def _measures() -> list[Measure]:
    return [measure for measure in all_measures() if may_have_target(measure)]


def _measure(name: str) -> Measure:
    found = next((measure for measure in _measures() if measure.name == name), None)
    if found is None:
        raise NotFound("There is no such measure, or it has no target.")
    return found


def _service(code: str) -> Service | None:
    """The service of the address; None for the whole council."""
    found = next((service for service in all_services() if service.code == code), None)
    if code and found is None:
        raise NotFound("There is no such service.")
    return found


def _service_choices(services: Sequence[Service]) -> list[tuple[str, str]]:
    return [("", presenters.WHOLE_COUNCIL), *((service.code, service.name) for service in services)]


def _address(measure: Measure, service: Service | None, endpoint: str = "targets.one") -> str:
    return url_for(endpoint, measure_name=measure.name, service=None if service is None else service.code)


def _address_of(target: Target) -> str:
    service = next((each for each in all_services() if each.id == target.service_id), None)
    return _address(_measure(target.measure), service)


def _today() -> date:
    return london_day(utc_now())
