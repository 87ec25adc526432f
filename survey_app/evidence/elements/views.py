"""The evidence pages: a framework's elements, an element with its claim and exhibits, and pinning."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from survey_app.accounts.models import User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_viewer
from survey_app.dashboards.selection import axis_switch
from survey_app.evidence import queries
from survey_app.evidence.assessors.queries import current_accesses
from survey_app.evidence.elements import operations
from survey_app.evidence.elements import queries as element_queries
from survey_app.evidence.elements.claims import words_in
from survey_app.evidence.elements.forms import ClaimForm, GuidanceForm, OwnerForm, RatingForm, WordingForm
from survey_app.evidence.elements.operations import Wording
from survey_app.evidence.elements.presenters.board import Show, choices_for
from survey_app.evidence.elements.presenters.board import board as board_of
from survey_app.evidence.elements.presenters.element import element_page, suggested
from survey_app.evidence.exhibits.presenters.rows import CAN_SHOW
from survey_app.evidence.exhibits.proofs import exhibit_number
from survey_app.evidence.exhibits.queries import cited_at, exhibit_by_number, told_apart
from survey_app.evidence.models import Element
from survey_app.evidence.visits.queries import beats_of, cycle_of
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import InvalidInput
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
    seen = current_accesses()
    wanted = request.args.get("framework") or (seen[0].framework.code if seen else None)
    frameworks = element_queries.frameworks_by_name()
    chosen = element_queries.framework_to_show(frameworks, wanted)
    if chosen is None:
        return staff_page("evidence/elements/no_framework.html", may_pin=_may_pin())
    is_inside = current_viewer().may("view_results")
    asked = request.args.get("show")
    show = next((each for each in choices_for(is_inside=is_inside) if each == asked), Show.ALL)
    today = london_day(now)
    cited = cited_at(chosen.id)
    state = element_queries.state_of(chosen, today, beats_of(chosen.id, now, exhibits=cited), cited=cited)
    cycle = cycle_of(chosen, today, {each.id: each.rating for each in state.elements})
    state = state if is_inside else state.for_outside()
    board = board_of(state, cycle, show, _user_id(), today, is_inside=is_inside)
    codes = {access.framework.code for access in seen}
    return staff_page(
        "evidence/elements/board.html",
        board=board,
        frameworks=[(each.code, each.name) for each in frameworks if not seen or each.code in codes],
        as_table=request.args.get("as") == "table",
        show=show,
        can_show=CAN_SHOW,
        may_pin=_may_pin(),
        may_make_pack=current_viewer().may("make_pack"),
        may_invite=current_viewer().may("invite_assessors"),
    )


@evidence.get("/<framework>/<number>")
@requires("view_evidence")
def element(framework: str, number: str) -> str:
    """What do we claim, and what proves it?"""
    return _element_page(queries.element_by_number(framework, number))


@evidence.post("/<framework>/<number>/claim")
@requires("pin_evidence")
def claim(framework: str, number: str) -> ResponseReturnValue:
    """Keep the claim; one that is too long comes back as it was typed."""
    found = queries.element_by_number(framework, number)
    form = ClaimForm()
    if not form.validate():
        return _element_page(found, claim=form), 400
    operations.write_claim(found, form.claim.data or "", now=utc_now(), by=_user_id())
    return _to(found)


@evidence.post("/<framework>/<number>/rating")
@requires("pin_evidence")
def rate(framework: str, number: str) -> ResponseReturnValue:
    """Keep the council's own rating with its reason."""
    found = queries.element_by_number(framework, number)
    form = RatingForm()
    if not form.validate():
        return _element_page(found, rating=form), 400
    try:
        operations.rate_element(found, form.chosen, form.reason.data or "", now=utc_now(), by=_user_id())
    except InvalidInput as problem:
        form.reason.errors = [problem.message]
        return _element_page(found, rating=form), 400
    return _to(found)


@evidence.post("/<framework>/<number>/owner")
@requires("pin_evidence")
def own(framework: str, number: str) -> ResponseReturnValue:
    """Keep who looks after the element, and by when they look again."""
    found = queries.element_by_number(framework, number)
    form = OwnerForm()
    form.offer(element_queries.possible_owners())
    if not form.validate():
        return _element_page(found, owner=form), 400
    owner = form.owner.data or ""
    operations.set_owner(found, owner, form.chosen_id, form.day, now=utc_now(), by=_user_id())
    return _to(found)


@evidence.post("/<framework>/<number>/guidance")
@requires("pin_evidence")
def guide(framework: str, number: str) -> ResponseReturnValue:
    """Keep what is shown and told on the day, and the notes."""
    found = queries.element_by_number(framework, number)
    form = GuidanceForm()
    if not form.validate():
        return _element_page(found, guidance=form), 400
    texts = {"show_me": form.show_me.data, "tell_me": form.tell_me.data, "notes": form.notes.data}
    operations.write_guidance(found, **{name: text or "" for name, text in texts.items()}, now=utc_now(), by=_user_id())
    return _to(found)


@evidence.post("/<framework>/<number>/exhibits/<int:exhibit>/strongest")
@requires("pin_evidence")
def strongest(framework: str, number: str, exhibit: int) -> ResponseReturnValue:
    """Call an exhibit the strongest of this element; once more, call none so."""
    found = queries.element_by_number(framework, number)
    chosen = exhibit_by_number(exhibit)
    is_already = element_queries.strongest_at(found) == exhibit
    operations.set_strongest(found, None if is_already else chosen, now=utc_now(), by=_user_id())
    return _to(found)


@evidence.get("/<framework>/<number>/wording")
@requires("pin_evidence")
def wording(framework: str, number: str) -> str:
    """How should the element read?"""
    found = queries.element_by_number(framework, number)
    return _wording_page(found, WordingForm(number=found.number, title=found.title, about=found.about))


@evidence.post("/<framework>/<number>/wording")
@requires("pin_evidence")
def reword(framework: str, number: str) -> ResponseReturnValue:
    """Keep the wording; what cannot be comes back as it was typed."""
    found = queries.element_by_number(framework, number)
    form = WordingForm()
    if not form.validate():
        return _wording_page(found, form), 400
    words = Wording(form.number.data or "", form.title.data or "", form.about.data or "")
    try:
        operations.reword(found, words, now=utc_now(), by=_user_id())
    except InvalidInput as problem:
        form.number.errors = [problem.message]
        return _wording_page(found, form), 400
    return _to(found)


@evidence.post("/<framework>/<number>/wording/restore")
@requires("pin_evidence")
def restore_wording(framework: str, number: str) -> ResponseReturnValue:
    """Let the element read as it was loaded."""
    found = queries.element_by_number(framework, number)
    try:
        operations.restore_wording(found, now=utc_now(), by=_user_id())
    except InvalidInput as problem:
        form = WordingForm(formdata=None, number=found.number, title=found.title, about=found.about)
        form.number.errors = [problem.message]
        return _wording_page(found, form), 400
    return _to(found)


def _element_page(
    element: Element,
    *,
    claim: ClaimForm | None = None,
    rating: RatingForm | None = None,
    owner: OwnerForm | None = None,
    guidance: GuidanceForm | None = None,
) -> str:
    now = utc_now()
    today = london_day(now)
    forms: dict[str, FlaskForm] = {
        "claim": claim or ClaimForm(formdata=None, claim=element.claim),
        "rating": rating or RatingForm(formdata=None, rating=(element.rating or "not_rated")),
        "owner": owner or OwnerForm.of(element, element_queries.possible_owners() if _may_pin() else []),
        "guidance": guidance or GuidanceForm(formdata=None, obj=element),
    }
    is_inside = current_viewer().may("view_results")
    cited = cited_at(element.framework_id)
    beats = beats_of(element.framework_id, now, exhibits=cited)
    state = element_queries.state_of(element.framework, today, beats, cited=cited)
    state = state if is_inside else state.for_outside()
    page = element_page(
        element,
        state,
        history=element_queries.rating_history(element),
        last_seen=element_queries.last_seen(element),
        strongest=element_queries.strongest_at(element),
        hidden=() if is_inside else [n for n in _figures_at(element) if n not in told_apart()],
        is_inside=is_inside,
        now=now,
        axis=axis_switch(
            url_for("evidence.element", framework=element.framework.code, number=element.number), request.args
        ),
    )
    return staff_page(
        "evidence/elements/element.html",
        element=element,
        page=page,
        forms=forms,
        last_year=beats[element.id].sentence if element.id in beats else "",
        claim_words=words_in(element.claim),
        suggestions=suggested(element, page, now=now) if _may_pin() else None,
        can_show=CAN_SHOW,
        may_pin=_may_pin(),
        may_see_notes=is_inside,
        taken_off=request.args.get("taken_off", type=int),
        pinned=request.args.get("pinned", type=int),
        has_errors=any(form.errors for form in forms.values()),
    )


def _wording_page(element: Element, form: WordingForm) -> str:
    return staff_page("evidence/elements/wording.html", element=element, form=form, has_errors=bool(form.errors))


def _figures_at(element: Element) -> list[str]:
    return [exhibit_number(exhibit.number) for exhibit in element.exhibits if exhibit.passport_id is not None]


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
