"""The pages of visits: the cycle, a visit before and after it, and an element as it stood at one."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id, current_viewer
from survey_app.evidence import queries as framework_queries
from survey_app.evidence.exhibits.queries import told_apart
from survey_app.evidence.models import Framework, Visit, VisitKind
from survey_app.evidence.visits import operations, presenters, queries
from survey_app.evidence.visits.forms import RATING_CHOICES, HeldForm, MoveForm, PlanForm, said_rows
from survey_app.evidence.visits.operations import Said
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.web.access import requires

visits = Blueprint("visits", __name__, url_prefix="/evidence/<framework>/visits")


def init_app(app: Flask) -> None:
    app.register_blueprint(visits)


@visits.get("/")
@requires("view_evidence")
def cycle(framework: str) -> str:
    """When does the assessor come, and what came of the visits before?"""
    return _cycle_page(framework_queries.framework_by_code(framework), PlanForm(formdata=None))


@visits.post("/")
@requires("pin_evidence")
def plan(framework: str) -> ResponseReturnValue:
    """Plan a round; what cannot be comes back as it was typed."""
    found, form = framework_queries.framework_by_code(framework), PlanForm()
    if not form.validate():
        return _cycle_page(found, form), 400
    years, body = int(form.years.data), form.body.data or ""
    try:
        operations.plan_round(found, form.day, years=years, body=body, now=utc_now(), by=current_user_id())
    except (InvalidInput, Refused) as problem:
        form.on.errors = [problem.message]
        return _cycle_page(found, form), 400
    return redirect(url_for("visits.cycle", framework=framework), code=303)


@visits.get("/<due_on>")
@requires("view_evidence")
def visit(framework: str, due_on: str) -> str:
    """What must be shown at this visit, or what was found there."""
    found = queries.visit_on(framework, due_on)
    if found.held_on is None:
        return _ahead_page(found, _move_form(found))
    return staff_page(
        "evidence/visits/held.html",
        visit=found,
        framework=found.accreditation.framework,
        held=presenters.held_visit(found, now=utc_now()),
        may_pin=_may_pin(),
    )


@visits.post("/<due_on>/move")
@requires("pin_evidence")
def move(framework: str, due_on: str) -> ResponseReturnValue:
    """Let it be due on another day."""
    found, form = queries.visit_on(framework, due_on), MoveForm()
    if not form.validate():
        return _ahead_page(found, form), 400
    try:
        operations.move_visit(found, form.day, now=utc_now(), by=current_user_id())
    except (InvalidInput, Refused) as problem:
        form.on.errors = [problem.message]
        return _ahead_page(found, form), 400
    return _to(found)


@visits.post("/<due_on>/call-off")
@requires("pin_evidence")
def call_off(framework: str, due_on: str) -> ResponseReturnValue:
    """Take it out of the plan."""
    operations.call_off_visit(queries.visit_on(framework, due_on), now=utc_now(), by=current_user_id())
    return redirect(url_for("visits.cycle", framework=framework), code=303)


@visits.post("/<due_on>/shown")
@requires("pin_evidence")
def choose(framework: str, due_on: str) -> ResponseReturnValue:
    """Keep which elements are shown again."""
    found = queries.visit_on(framework, due_on)
    operations.choose_to_show(found, request.form.getlist("elements"), now=utc_now(), by=current_user_id())
    return _to(found, kept=1)


@visits.get("/<due_on>/held")
@requires("pin_evidence")
def new_held(framework: str, due_on: str) -> ResponseReturnValue:
    """What did the assessor say?"""
    found = queries.visit_on(framework, due_on)
    if found.held_on is not None:
        return _to(found)
    return _held_page(found, _held_form(found))


@visits.post("/<due_on>/held")
@requires("pin_evidence")
def hold(framework: str, due_on: str) -> ResponseReturnValue:
    """Write it down and freeze what was shown; what cannot be comes back as it was typed."""
    found = queries.visit_on(framework, due_on)
    form = _held_form(found)
    rows_are_read = form.read_rows(request.form)
    if not form.validate() or not rows_are_read:
        return _held_page(found, form), 400
    try:
        operations.hold_visit(found, form.day, form.said, form.report.data or "", now=utc_now(), by=current_user_id())
    except InvalidInput as problem:
        form.on.errors = [problem.message]
        return _held_page(found, form), 400
    return _to(found)


@visits.post("/<due_on>/take-back")
@requires("pin_evidence")
def take_back(framework: str, due_on: str) -> ResponseReturnValue:
    """Undo that it was held, within the hour."""
    found = queries.visit_on(framework, due_on)
    operations.take_back_held(found, now=utc_now(), by=current_user_id())
    return _to(found)


@visits.get("/<due_on>/<number>")
@requires("view_evidence")
def element(framework: str, due_on: str, number: str) -> str:
    """An element as it stood at a visit."""
    found = queries.visit_on(framework, due_on)
    row = next((each for each in found.elements if each.frozen and each.frozen["number"] == number), None)
    if row is None:
        raise NotFound(f"Nothing was kept of {number} at this visit.")
    seen = None if current_viewer().may("view_results") else set(told_apart())
    return staff_page(
        "evidence/visits/element.html",
        visit=found,
        framework=found.accreditation.framework,
        held=presenters.held_visit(found, now=utc_now()),
        element=presenters.frozen_element(row, seen),
        element_now=row.element,
        may_see_figures=seen is None,
    )


def _cycle_page(framework: Framework, form: PlanForm) -> str:
    today = london_day(utc_now())
    return staff_page(
        "evidence/visits/cycle.html",
        framework=framework,
        cycle=queries.cycle_of(framework, today),
        form=form,
        may_pin=_may_pin(),
        has_errors=bool(form.errors),
    )


def _ahead_page(visit: Visit, form: MoveForm) -> str:
    framework = visit.accreditation.framework
    judgements = queries.judgements_of(framework.id)
    rows = presenters.shown_rows(framework.elements, judgements, queries.to_show_at(visit, judgements))
    return staff_page(
        "evidence/visits/ahead.html",
        visit=visit,
        framework=framework,
        title=presenters.title_of_visit(visit),
        rows=rows,
        is_review=visit.kind is VisitKind.REVIEW,
        is_chosen=bool(visit.elements),
        today=london_day(utc_now()),
        form=form,
        may_pin=_may_pin(),
        kept=request.args.get("kept", type=int),
        has_errors=bool(form.errors),
    )


def _held_page(visit: Visit, form: HeldForm) -> str:
    problems = [field for field in (form.on, form.report, *form.rows) if field.errors]
    return staff_page(
        "evidence/visits/hold.html",
        visit=visit,
        framework=visit.accreditation.framework,
        title=presenters.title_of_visit(visit),
        form=form,
        choices=RATING_CHOICES,
        problems=problems,
        has_errors=bool(problems),
    )


def _held_form(visit: Visit) -> HeldForm:
    framework = visit.accreditation.framework
    shown = queries.to_show_at(visit, queries.judgements_of(framework.id))
    typed = {
        row.element_id: Said(row.assessors_rating, row.remark)
        for row in visit.elements
        if row.assessors_rating is not None or row.remark
    }
    day = min(visit.due_on, london_day(utc_now()))
    return HeldForm(said_rows(framework.elements, shown, typed), data={"on": _typed(day), "report": visit.report})


def _move_form(visit: Visit) -> MoveForm:
    return MoveForm(formdata=None, data={"on": _typed(visit.due_on)})


def _typed(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def _to(visit: Visit, kept: int | None = None) -> ResponseReturnValue:
    there = url_for(
        "visits.visit",
        framework=visit.accreditation.framework.code,
        due_on=visit.due_on.isoformat(),
        kept=kept,
    )
    return redirect(there, code=303)


def _may_pin() -> bool:
    return current_viewer().may("pin_evidence")
