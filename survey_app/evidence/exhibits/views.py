"""The evidence pages: a framework's elements, an element with its claim and exhibits, and pinning."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from flask import Blueprint, Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.models import User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_viewer
from survey_app.evidence import queries
from survey_app.evidence.exhibits import operations
from survey_app.evidence.exhibits.forms import PinForm
from survey_app.evidence.exhibits.presenters import pinnable
from survey_app.evidence.exhibits.proofs import default_title, exhibit_number
from survey_app.evidence.exhibits.queries import exhibit_by_number, exhibits_with
from survey_app.evidence.models import Element, ExhibitKind
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.measures.queries import query_from_id
from survey_app.web.access import requires
from survey_app.web.menu import FigureAction, FigureUse, add_figure_action, add_figure_use

exhibits = Blueprint("exhibits", __name__, url_prefix="/evidence")


def init_app(app: Flask) -> None:
    """Give the app the pages of exhibits, and every figure its way to them."""
    app.register_blueprint(exhibits)
    pin = FigureAction("Pin to evidence", "pin_evidence", lambda figure: url_for("exhibits.new_pin", figure=figure))
    add_figure_action(app, pin)
    add_figure_use(app, FigureUse("view_evidence", _places_of))


@exhibits.post("/<framework>/<number>/exhibits/<int:exhibit>/unpin")
@requires("pin_evidence")
def unpin(framework: str, number: str, exhibit: int) -> ResponseReturnValue:
    """Take an exhibit off this element; the page it leads to offers to put it back."""
    found = queries.element_by_number(framework, number)
    operations.unpin(exhibit_by_number(exhibit), found, now=utc_now(), by=_user_id())
    return _to(found, taken_off=exhibit)


@exhibits.post("/<framework>/<number>/exhibits/<int:exhibit>/pin")
@requires("pin_evidence")
def pin_again(framework: str, number: str, exhibit: int) -> ResponseReturnValue:
    """Put back what was taken off."""
    found = queries.element_by_number(framework, number)
    operations.pin_again(exhibit_by_number(exhibit), found, now=utc_now(), by=_user_id())
    return _to(found, pinned=exhibit)


@exhibits.get("/pins/new")
@requires("pin_evidence")
def new_pin() -> str:
    """Where should this figure stand?"""
    query = query_from_id(request.args.get("figure", ""))
    form = PinForm(figure=request.args["figure"], title=default_title(query))
    form.offer(_all_elements())
    return _pin_page(form)


@exhibits.post("/pins")
@requires("pin_evidence")
def pin() -> ResponseReturnValue:
    """Freeze the figure and pin it; what cannot be pinned comes back with the reason, as it was typed."""
    form = PinForm()
    form.offer(_all_elements())
    if not form.validate():
        return _pin_page(form), 400
    try:
        query = query_from_id(form.figure.data or "")
        elements = [queries.element_by_number(*choice.split("/", 1)) for choice in form.elements.data or ()]
        exhibit = operations.pin_exhibit(
            query,
            ExhibitKind(form.kind.data),
            form.title.data or "",
            elements,
            now=utc_now(),
            by=_user_id(),
            scope=current_scope(),
        )
    except (InvalidInput, NotFound, Refused) as problem:
        form.elements.errors = [problem.message]
        return _pin_page(form), 400
    return _to(elements[0], pinned=exhibit.number)


def _pin_page(form: PinForm) -> str:
    try:
        figure = pinnable(query_from_id(form.figure.data or ""), now=utc_now())
    except (InvalidInput, NotFound):
        figure = None
    frameworks = queries.all_frameworks()
    return staff_page(
        "evidence/exhibits/pin.html",
        form=form,
        figure=figure,
        frameworks=[
            (framework, [(name, list(each)) for name, each in groupby(framework.elements, lambda one: one.criterion)])
            for framework in frameworks
        ],
        has_errors=bool(form.errors),
    )


def _all_elements() -> Sequence[Element]:
    return [element for framework in queries.all_frameworks() for element in framework.elements]


def _to(element: Element, *, pinned: int | None = None, taken_off: int | None = None) -> ResponseReturnValue:
    there = url_for(
        "evidence.element",
        framework=element.framework.code,
        number=element.number,
        pinned=pinned,
        taken_off=taken_off,
    )
    return redirect(there, code=303)


def _places_of(code: str) -> list[tuple[str, str]]:
    """The elements at which a frozen figure stands."""
    return [
        (
            f"Exhibit {exhibit_number(exhibit.number)} at {element.number}",
            url_for("evidence.element", framework=element.framework.code, number=element.number),
        )
        for exhibit in exhibits_with(code)
        for element in sorted(exhibit.elements, key=lambda element: element.position)
    ]


def _user_id() -> int | None:
    viewer = current_viewer()
    return viewer.id if isinstance(viewer, User) else None
