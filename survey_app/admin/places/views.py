"""Which teams and sites are there? Each is added, renamed and closed; what came from it stays."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Flask, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.admin.places.forms import KINDS, NewPlaceForm, PlaceForm
from survey_app.extensions import db
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import AppError, NotFound
from survey_app.kernel.moments import read_day
from survey_app.organisation.names import fold, free_code
from survey_app.organisation.parts.facts import PartFacts, PartKey
from survey_app.organisation.parts.operations import change_parts
from survey_app.organisation.parts.queries import parts_now
from survey_app.organisation.structure import UnitKind
from survey_app.web.access import requires

places = Blueprint("places", __name__, url_prefix="/admin/places")
ONE = f"/<any({', '.join(KINDS)}):kind>/<code>/"


def init_app(app: Flask) -> None:
    app.register_blueprint(places)


@places.get("/")
@requires("manage_council")
def index() -> str:
    """Which are there?"""
    return _index_page(NewPlaceForm(formdata=None))


@places.post("/")
@requires("manage_council")
def add() -> ResponseReturnValue:
    """Add one."""
    form = NewPlaceForm()
    if not form.validate():
        return _index_page(form), 422
    kind = UnitKind(form.kind.data)
    taken = {fold(key.code) for key in parts_now() if key.kind is kind}
    if form.code.data and fold(form.code.data) in taken:
        form.code.errors = [f"There is a {kind} with this code already."]
        return _index_page(form), 422
    code = form.code.data or free_code(form.name.data, taken)
    change_parts({PartKey(kind, code): PartFacts(form.name.data)}, now=utc_now(), by=current_user_id())
    return _to_index(f"{form.name.data} was added. Its code in files is {code}.")


@places.get(ONE)
@requires("manage_council")
def one(kind: str, code: str) -> str:
    """What is it called, and until when is it offered?"""
    key, facts = _place(kind, code)
    last = f"{facts.valid_to:%d/%m/%Y}" if facts.valid_to else ""
    return _one_page(key, facts, PlaceForm(formdata=None, name=facts.name, valid_to=last))


@places.post(ONE)
@requires("manage_council")
def save(kind: str, code: str) -> ResponseReturnValue:
    key, facts = _place(kind, code)
    form = PlaceForm()
    if not form.validate():
        return _one_page(key, facts, form), 422
    last = read_day(form.valid_to.data) if form.valid_to.data else None
    wanted = replace(facts, name=form.name.data, valid_to=last)
    change_parts({key: wanted}, now=utc_now(), by=current_user_id())
    return _to_index(f"{form.name.data} is kept.")


@places.post(f"{ONE}remove")
@requires("manage_council")
def remove(kind: str, code: str) -> ResponseReturnValue:
    """Take away one that nothing came from yet."""
    key, facts = _place(kind, code)
    try:
        change_parts({key: None}, now=utc_now(), by=current_user_id())
    except AppError as problem:
        db.session.rollback()
        form = PlaceForm(formdata=None, name=facts.name)
        return _one_page(key, facts, form, problem.message), 409
    return _to_index(f"{facts.name} was removed.")


def _place(kind: str, code: str) -> tuple[PartKey, PartFacts]:
    key = PartKey(UnitKind(kind), code)
    facts = parts_now().get(key)
    if facts is None:
        raise NotFound(f"There is no such {kind}.")
    return key, facts


def _index_page(form: NewPlaceForm) -> str:
    parts, today = parts_now(), london_day(utc_now())
    groups = [(kind, [(key, facts) for key, facts in parts.items() if key.kind is kind]) for kind in KINDS]
    problems = [field for field in form if field.errors]
    return staff_page(
        "admin/places/index.html", groups=groups, today=today, form=form, problems=problems, has_errors=bool(problems)
    )


def _one_page(key: PartKey, facts: PartFacts, form: PlaceForm, problem: str | None = None) -> str:
    problems = [field for field in form if field.errors]
    return staff_page(
        "admin/places/one.html",
        key=key,
        facts=facts,
        form=form,
        problems=problems,
        problem=problem,
        has_errors=bool(problems or problem),
    )


def _to_index(said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("places.index"), code=303)
