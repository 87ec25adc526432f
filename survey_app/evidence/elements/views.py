"""The evidence pages: a framework's elements, an element with its claim and exhibits, and pinning."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.models import User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_viewer
from survey_app.charts import view as chart_view
from survey_app.evidence import queries
from survey_app.evidence.elements import operations, presenters
from survey_app.evidence.elements import queries as element_queries
from survey_app.evidence.elements.claims import words_in
from survey_app.evidence.elements.forms import ClaimForm
from survey_app.evidence.elements.presenters import Show
from survey_app.evidence.exhibits.presenters import CAN_SHOW, exhibit_view, judged_together, pinnable
from survey_app.evidence.exhibits.proofs import last_full_year
from survey_app.evidence.exhibits.queries import proof_of, told_apart
from survey_app.evidence.exhibits.suggestions import suggested_measures
from survey_app.evidence.models import Element
from survey_app.kernel.clock import london_day, utc_now
from survey_app.measures.address import make_query
from survey_app.measures.queries.standing import namings
from survey_app.web.access import requires
from survey_app.web.menu import MenuEntry, add_to_menu

evidence = Blueprint("evidence", __name__, url_prefix="/evidence")


def init_app(app: Flask) -> None:
    """Give the app its evidence pages and their menu entry."""
    app.register_blueprint(evidence)
    add_to_menu(app, MenuEntry("Evidence", "/evidence/", "view_evidence"))


@evidence.get("/")
@requires("view_evidence")
def board() -> str:
    """What must be done before the visit?"""
    now = utc_now()
    chosen = element_queries.framework_to_show(request.args.get("framework"))
    if chosen is None:
        return staff_page("evidence/elements/no_framework.html", may_pin=_may_pin())
    show = Show(request.args["show"]) if request.args.get("show") in set(Show) else Show.ALL
    today = london_day(now)
    state = element_queries.state_of(chosen, today)
    return staff_page(
        "evidence/elements/board.html",
        board=presenters.board(state, element_queries.visits_of(chosen.id), show, _user_id(), today),
        frameworks=element_queries.framework_codes(),
        as_table=request.args.get("as") == "table",
        show=show,
        can_show=CAN_SHOW,
        may_pin=_may_pin(),
    )


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


def _element_page(element: Element, form: ClaimForm) -> str:
    now = utc_now()
    proofs = [proof_of(exhibit) for exhibit in element.exhibits]
    is_inside = current_viewer().may("view_results")
    may_stand = {proof.number for proof in proofs} if is_inside else set(told_apart())
    views = [exhibit_view(proof, now=now) for proof in proofs if proof.number in may_stand]
    exhibits = judged_together(views, namings())
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
        "evidence/elements/element.html",
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


def _to(element: Element, *, pinned: int | None = None, taken_off: int | None = None) -> ResponseReturnValue:
    there = url_for(
        "evidence.element",
        framework=element.framework.code,
        number=element.number,
        pinned=pinned,
        taken_off=taken_off,
    )
    return redirect(there, code=303)


def _may_pin() -> bool:
    return current_viewer().may("pin_evidence")


def _user_id() -> int | None:
    viewer = current_viewer()
    return viewer.id if isinstance(viewer, User) else None
