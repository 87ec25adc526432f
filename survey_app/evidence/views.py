"""The evidence pages: a framework's elements, an element with its claim and exhibits, and pinning."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from flask import Blueprint, Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.models import User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_viewer
from survey_app.charts import view as chart_view
from survey_app.evidence import operations, queries
from survey_app.evidence.exhibits import exhibit_number, last_full_year, words_in
from survey_app.evidence.forms import ClaimForm, PinForm
from survey_app.evidence.frameworks import CSE_CODE
from survey_app.evidence.models import Element, ExhibitKind
from survey_app.evidence.operations import default_title
from survey_app.evidence.presenters import CAN_SHOW, exhibit_view, pinnable
from survey_app.evidence.suggestions import suggested_measures
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.measures.address import make_query
from survey_app.measures.queries import query_from_id
from survey_app.web.access import requires
from survey_app.web.menu import FigureAction, FigureUse, MenuEntry, add_figure_action, add_figure_use, add_to_menu

evidence = Blueprint("evidence", __name__, url_prefix="/evidence")


def init_app(app: Flask) -> None:
    """Give the app its evidence pages and their menu entry."""
    app.register_blueprint(evidence)
    add_to_menu(app, MenuEntry("Evidence", "/evidence/", "view_evidence"))
    pin = FigureAction("Pin to evidence", "pin_evidence", lambda figure: url_for("evidence.new_pin", figure=figure))
    add_figure_action(app, pin)
    add_figure_use(app, FigureUse("view_evidence", _places_of))


@evidence.get("/")
@requires("view_evidence")
def board() -> str:
    """Which elements have evidence, and which have none yet?"""
    boards = []
    for framework in queries.all_frameworks():
        groups = groupby(framework.elements, lambda element: element.criterion)
        boards.append((framework, [(name, list(elements)) for name, elements in groups]))
    return staff_page(
        "evidence/board.html",
        boards=boards,
        has_cse=any(framework.code == CSE_CODE for framework, _ in boards),
        can_show=CAN_SHOW,
        may_pin=_may_pin(),
    )


@evidence.post("/frameworks/cse")
@requires("pin_evidence")
def load_cse() -> ResponseReturnValue:
    """Load the 57 elements; pressed again, it changes no claim and no exhibit."""
    operations.import_cse(now=utc_now(), by=_user_id())
    return redirect(url_for("evidence.board"), code=303)


@evidence.get("/<framework>/<number>")
@requires("view_evidence")
def element(framework: str, number: str) -> str:
    """What do we claim, and what proves it?"""
    found = queries.element_by_number(framework, number)
    return _element_page(found, ClaimForm(claim=found.claim))


@evidence.post("/<framework>/<number>/claim")
@requires("pin_evidence")
def claim(framework: str, number: str) -> ResponseReturnValue:
    """Keep the claim; one that is too long comes back as it was typed."""
    found = queries.element_by_number(framework, number)
    form = ClaimForm()
    if not form.validate():
        return _element_page(found, form), 400
    operations.write_claim(found, form.claim.data or "", now=utc_now(), by=_user_id())
    return _to(found)


@evidence.post("/<framework>/<number>/exhibits/<int:exhibit>/unpin")
@requires("pin_evidence")
def unpin(framework: str, number: str, exhibit: int) -> ResponseReturnValue:
    """Take an exhibit off this element; the page it leads to offers to put it back."""
    found = queries.element_by_number(framework, number)
    operations.unpin(queries.exhibit_by_number(exhibit), found, now=utc_now(), by=_user_id())
    return _to(found, taken_off=exhibit)


@evidence.post("/<framework>/<number>/exhibits/<int:exhibit>/pin")
@requires("pin_evidence")
def pin_again(framework: str, number: str, exhibit: int) -> ResponseReturnValue:
    """Put back what was taken off."""
    found = queries.element_by_number(framework, number)
    operations.pin_again(queries.exhibit_by_number(exhibit), found, now=utc_now(), by=_user_id())
    return _to(found, pinned=exhibit)


@evidence.get("/pins/new")
@requires("pin_evidence")
def new_pin() -> str:
    """Where should this figure stand?"""
    query = query_from_id(request.args.get("figure", ""))
    form = PinForm(figure=request.args["figure"], title=default_title(query))
    form.offer(_all_elements())
    return _pin_page(form)


@evidence.post("/pins")
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


def _element_page(element: Element, form: ClaimForm) -> str:
    now = utc_now()
    proofs = [queries.proof_of(exhibit) for exhibit in element.exhibits]
    is_inside = current_viewer().may("view_results")
    may_stand = {proof.number for proof in proofs} if is_inside else set(queries.told_apart())
    exhibits = [exhibit_view(proof, now=now) for proof in proofs if proof.number in may_stand]
    stands = {view.figure.query for view in exhibits}
    year = last_full_year(london_day(now))
    suggestions = [
        suggestion
        for measure in suggested_measures(element.framework.code, element.number)
        if (suggestion := pinnable(make_query(measure, year.first, year.last), now=now)).query not in stands
    ]
    siblings = list(element.framework.elements)
    place = siblings.index(element)
    return staff_page(
        "evidence/element.html",
        element=element,
        form=form,
        claim_words=words_in(element.claim),
        exhibits=exhibits,
        charts=[chart_view(view.chart) for view in exhibits if view.chart],
        suggestions=suggestions if _may_pin() else [],
        neighbours=siblings[max(0, place - 1) : place] + siblings[place + 1 : place + 2],
        can_show=CAN_SHOW,
        may_pin=_may_pin(),
        may_see_figures=is_inside,
        not_shown=[proof.number for proof in proofs if proof.number not in may_stand],
        taken_off=request.args.get("taken_off", type=int),
        pinned=request.args.get("pinned", type=int),
        has_errors=bool(form.errors),
    )


def _pin_page(form: PinForm) -> str:
    try:
        figure = pinnable(query_from_id(form.figure.data or ""), now=utc_now())
    except (InvalidInput, NotFound):
        figure = None
    frameworks = queries.all_frameworks()
    return staff_page(
        "evidence/pin.html",
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
        for exhibit in queries.exhibits_with(code)
        for element in sorted(exhibit.elements, key=lambda element: element.position)
    ]


def _may_pin() -> bool:
    return current_viewer().may("pin_evidence")


def _user_id() -> int | None:
    viewer = current_viewer()
    return viewer.id if isinstance(viewer, User) else None
