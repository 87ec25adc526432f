"""The pages of exhibits: one with all that it shows and where it stands, and how another comes to an element."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from flask import Blueprint, Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_user_id, current_viewer
from survey_app.charts import view as chart_view
from survey_app.comments.checking.queries import unreported_themes
from survey_app.comments.picking import USUAL_QUOTES, pick, too_few
from survey_app.comments.queries import active_themes
from survey_app.dashboards.queries import services_in
from survey_app.dashboards.selection import axis_switch
from survey_app.evidence import queries
from survey_app.evidence.assessors.queries import seen_frameworks
from survey_app.evidence.exhibits import operations
from survey_app.evidence.exhibits import queries as exhibit_queries
from survey_app.evidence.exhibits.forms import (
    CiteForm,
    ImprovementForm,
    LinkForm,
    PinForm,
    QuoteChoiceForm,
    QuotesForm,
    TableForm,
)
from survey_app.evidence.exhibits.presenters.figures import pinnable
from survey_app.evidence.exhibits.presenters.rows import edition_rows, exhibit_row, read_findings
from survey_app.evidence.exhibits.proofs import default_title, exhibit_number, last_full_year, read_exhibit_number
from survey_app.evidence.exhibits.queries import exhibit_by_number, exhibits_with, told_apart
from survey_app.evidence.exhibits.quotes import MOST_QUOTES
from survey_app.evidence.models import Element, Exhibit, ExhibitKind
from survey_app.evidence.thresholds import Thresholds, read_thresholds
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import InvalidInput, NotFound, Refused
from survey_app.measures.queries import query_from_id
from survey_app.measures.queries.published import read_edition
from survey_app.web.access import requires
from survey_app.web.menu import FigureAction, FigureUse, add_figure_action, add_figure_use

exhibits = Blueprint("exhibits", __name__, url_prefix="/evidence")
MOST_SHOWN = 60  # comments to choose from by hand


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
    operations.unpin(exhibit_by_number(exhibit), found, now=utc_now(), by=current_user_id())
    return _to(found, taken_off=exhibit)


@exhibits.post("/<framework>/<number>/exhibits/<int:exhibit>/pin")
@requires("pin_evidence")
def pin_again(framework: str, number: str, exhibit: int) -> ResponseReturnValue:
    """Put back what was taken off."""
    found = queries.element_by_number(framework, number)
    operations.pin_again(exhibit_by_number(exhibit), found, now=utc_now(), by=current_user_id())
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
            by=current_user_id(),
            scope=current_scope(),
        )
    except (InvalidInput, NotFound, Refused) as problem:
        form.elements.errors = [problem.message]
        return _pin_page(form), 400
    return _to(elements[0], pinned=exhibit.number)


@exhibits.get("/exhibits/<number>")
@requires("view_evidence")
def page(number: str) -> str:
    """What does it show, is it still so, and where does it stand?"""
    return _exhibit_page(exhibit_by_number(read_exhibit_number(number)))


@exhibits.post("/exhibits/<number>/elements")
@requires("pin_evidence")
def stand(number: str) -> ResponseReturnValue:
    """Let the exhibit stand at one more element."""
    found = exhibit_by_number(read_exhibit_number(number))
    try:
        element = _element_of(request.form.get("element", ""))
    except (InvalidInput, NotFound) as problem:
        return _exhibit_page(found, problem.message), 400
    operations.pin_again(found, element, now=utc_now(), by=current_user_id())
    return redirect(url_for("exhibits.page", number=exhibit_number(found.number)), code=303)


@exhibits.get("/exhibits/new")
@requires("pin_evidence")
def new() -> str:
    """What proves this element?"""
    return _new_page(_element_of(request.args.get("element", "")))


@exhibits.post("/exhibits/cite")
@requires("pin_evidence")
def cite() -> ResponseReturnValue:
    """Let an exhibit that is there already stand at an element."""
    form = CiteForm()
    element = _element_of(form.element.data or "")
    form.offer(exhibit_queries.citable_exhibits(element))
    if not form.validate() or form.exhibit.data not in {choice.value for choice in form.exhibit.choices}:
        form.exhibit.errors = ["Choose an exhibit from the list."]
        return _new_page(element, cite=form), 400
    operations.pin_again(exhibit_by_number(form.exhibit.data), element, now=utc_now(), by=current_user_id())
    return _to(element, pinned=form.exhibit.data)


@exhibits.post("/exhibits/improvements")
@requires("pin_evidence")
def add_improvement() -> ResponseReturnValue:
    """Let an improvement stand at an element."""
    form = ImprovementForm()
    element = _element_of(form.element.data or "")
    known = {each.id: each for each in exhibit_queries.done_improvements(london_day(utc_now()))}
    if not form.validate() or form.improvement.data not in known:
        form.improvement.errors = ["Choose an improvement from the list."]
        return _new_page(element, improvement=form), 400
    exhibit = operations.add_improvement(known[form.improvement.data], [element], now=utc_now(), by=current_user_id())
    return _to(element, pinned=exhibit.number)


@exhibits.post("/exhibits/tables")
@requires("pin_evidence")
def add_table() -> ResponseReturnValue:
    """Let published tables stand at an element."""
    form = TableForm()
    element = _element_of(form.element.data or "")
    known = {each.id: each for each in exhibit_queries.citable_editions()}
    if not form.validate() or form.edition.data not in known:
        form.edition.errors = ["Choose published tables from the list."]
        return _new_page(element, table=form), 400
    exhibit = operations.add_table(known[form.edition.data], [element], now=utc_now(), by=current_user_id())
    return _to(element, pinned=exhibit.number)


@exhibits.post("/exhibits/links")
@requires("pin_evidence")
def add_link() -> ResponseReturnValue:
    """Let a page elsewhere stand at an element; what cannot be comes back as it was typed."""
    form = LinkForm()
    element = _element_of(form.element.data or "")
    if not form.validate():
        return _new_page(element, link=form), 400
    try:
        exhibit = operations.add_link(
            form.address.data or "", form.title.data or "", form.day, [element], now=utc_now(), by=current_user_id()
        )
    except InvalidInput as problem:
        form.address.errors = [problem.message]
        return _new_page(element, link=form), 400
    return _to(element, pinned=exhibit.number)


@exhibits.get("/exhibits/quotes")
@requires("pin_evidence")
def quotes() -> ResponseReturnValue:
    """What did residents write, and which of it may stand here?"""
    element = _element_of(request.args.get("element", ""))
    form = _choice_form()
    is_valid = form.validate()
    return _quotes_page(element, form), 200 if is_valid else 400


@exhibits.post("/exhibits/quotes")
@requires("pin_evidence")
def add_quotes() -> ResponseReturnValue:
    """Freeze quotes, by rule or by hand, and let them stand at an element."""
    form, choice = QuotesForm(), _choice_form()
    element = _element_of(form.element.data or "")
    if not choice.validate() or not form.validate():
        return _quotes_page(element, choice, form), 400
    by_hand = request.form.get("how") == "hand"
    try:
        exhibit = operations.add_quotes(
            choice.choice,
            [element],
            chosen=form.chosen.data if by_hand else None,
            title=form.title.data or "",
            now=utc_now(),
            by=current_user_id(),
        )
    except (InvalidInput, Refused) as problem:
        form.chosen.errors = [problem.message]
        return _quotes_page(element, choice, form), 400
    return _to(element, pinned=exhibit.number)


def _exhibit_page(exhibit: Exhibit, problem: str = "") -> str:
    now, is_inside = utc_now(), current_viewer().may("view_results")
    number = exhibit_number(exhibit.number)
    if not is_inside and (not exhibit.elements or (exhibit.passport is not None and number not in told_apart())):
        raise NotFound(f"There is no exhibit {number}.")
    thresholds = Thresholds()
    if exhibit.elements:
        framework = exhibit.elements[0].framework
        thresholds = read_thresholds(framework.code, framework.thresholds)
    axis = axis_switch(url_for("exhibits.page", number=number), request.args)
    row = exhibit_row(
        exhibit, read_findings([exhibit], now=now), today=london_day(now), thresholds=thresholds, is_inside=is_inside
    )
    seen = seen_frameworks()
    places = [element for element in exhibit.elements if seen is None or element.framework_id in seen]
    return staff_page(
        "evidence/exhibits/exhibit.html",
        exhibit=exhibit,
        row=row,
        chart=chart_view(row.view.chart, axis=axis) if row.view is not None and row.view.chart else None,
        table=edition_rows(read_edition(exhibit.edition)) if exhibit.edition is not None else None,
        places=sorted(places, key=lambda element: (element.framework.name, element.position)),
        others=[element for element in _all_elements() if element not in exhibit.elements] if _may_pin() else [],
        may_pin=_may_pin(),
        is_inside=is_inside,
        problem=problem,
        has_errors=bool(problem),
    )


def _new_page(
    element: Element,
    *,
    cite: CiteForm | None = None,
    improvement: ImprovementForm | None = None,
    table: TableForm | None = None,
    link: LinkForm | None = None,
) -> str:
    cite, improvement = cite or CiteForm(formdata=None), improvement or ImprovementForm(formdata=None)
    table, link = table or TableForm(formdata=None), link or LinkForm(formdata=None)
    cite.offer(exhibit_queries.citable_exhibits(element))
    improvement.offer(exhibit_queries.done_improvements(london_day(utc_now())))
    table.offer(exhibit_queries.citable_editions())
    forms = {"cite": cite, "improvement": improvement, "table": table, "link": link}
    problems = [field for form in forms.values() for field in form if field.errors]
    return staff_page(
        "evidence/exhibits/new.html", element=element, forms=forms, problems=problems, has_errors=bool(problems)
    )


def _choice_form() -> QuoteChoiceForm:
    """The choice of comments as it stands in the address or the form; without one, the last full year."""
    form = QuoteChoiceForm(request.values)
    form.offer(services_in(current_scope()), active_themes(), unreported_themes())
    if not form.first.data and not form.last.data:
        year = last_full_year(london_day(utc_now()))
        form.first.data, form.last.data = (f"{day.day}/{day.month}/{day.year}" for day in (year.first, year.last))
    return form


def _quotes_page(element: Element, choice: QuoteChoiceForm, form: QuotesForm | None = None) -> str:
    form = form or QuotesForm(formdata=None)
    comments = [] if choice.errors else exhibit_queries.quotable_comments(choice.choice)
    marked = exhibit_queries.marked_as_quotes()
    problems = [field for each in (choice, form) for field in each if field.errors]
    return staff_page(
        "evidence/exhibits/quotes.html",
        element=element,
        choice=choice,
        form=form,
        of=len(comments),
        too_few=too_few(len(comments)),
        picked=[] if choice.errors else pick(comments, USUAL_QUOTES, choice.choice.seed),
        offered=sorted(comments, key=lambda each: each.comment not in marked)[:MOST_SHOWN],
        marked=marked,
        most=MOST_QUOTES,
        problems=problems,
        has_errors=bool(problems),
    )


def _element_of(choice: str) -> Element:
    """The element that a form names as framework/number. NotFound where there is none."""
    framework, _, number = choice.partition("/")
    return queries.element_by_number(framework, number)


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


def _may_pin() -> bool:
    return current_viewer().may("pin_evidence")
