"""The walk of all elements, and the rows behind a figure."""

from __future__ import annotations

import json

from flask import Blueprint, Flask, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.models import User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_viewer
from survey_app.dashboards.queries import option_labels
from survey_app.evidence.assessors import operations, presenters, queries
from survey_app.evidence.assessors.walk import Go, Mark, Walk
from survey_app.evidence.exhibits.proofs import exhibit_number, read_exhibit_number
from survey_app.evidence.exhibits.queries import exhibit_by_number, proof_of, told_apart
from survey_app.evidence.models import AssessorAccess, Element
from survey_app.evidence.queries import element_by_number, framework_by_code
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.measures.frozen import query_of
from survey_app.web.access import requires

sitting = Blueprint("sitting", __name__, url_prefix="/evidence")


def init_app(app: Flask) -> None:
    app.register_blueprint(sitting)
    app.context_processor(lambda: {"walk_at": _walk_at})


@sitting.get("/sitting/")
@requires("assess")
def index() -> ResponseReturnValue:
    """The walk of the framework that the newest invitation opens."""
    accesses = queries.current_accesses()
    if not accesses:
        raise NotFound("No framework is open to you.")
    return redirect(url_for("sitting.walk", framework=accesses[0].framework.code))


@sitting.get("/sitting/<framework>")
@requires("assess")
def walk(framework: str) -> str:
    """How far am I, what is left, and what is still to be answered?"""
    found = framework_by_code(framework)
    return staff_page(
        "evidence/assessors/walk_all.html",
        framework=found,
        walk=queries.walk_of(found, _access_to(found.id)),
        others=[each.framework for each in queries.current_accesses() if each.framework_id != found.id],
        questions=[(comment, element) for comment, element in queries.questions(found.id) if comment.closed_at is None],
    )


@sitting.post("/sitting/<framework>/<number>")
@requires("assess")
def press(framework: str, number: str) -> ResponseReturnValue:
    """One of the four buttons at an element: keep its mark, if it is one, and go on."""
    element = element_by_number(framework, number)
    try:
        go = Go(request.form.get("go", ""))
    except ValueError as problem:
        raise InvalidInput("Press one of the four buttons.") from problem
    access = _access_to(element.framework_id)
    if access is not None and go in {Go.DONE, Go.LATER}:
        operations.mark_element(access, element, Mark(go.value), now=utc_now())
    there = queries.walk_of(element.framework, access).beside(number, go)
    if there is None:
        return redirect(url_for("sitting.walk", framework=framework), code=303)
    return redirect(url_for("evidence.element", framework=framework, number=there.number), code=303)


@sitting.get("/exhibits/<number>/rows")
@requires("view_evidence")
def behind(number: str) -> str:
    """What stands behind this figure?"""
    exhibit = exhibit_by_number(read_exhibit_number(number))
    label = exhibit_number(exhibit.number)
    if exhibit.passport is None or label not in told_apart():
        raise NotFound(f"There are no rows behind {label}.")
    proof = proof_of(exhibit)
    seen = queries.seen_frameworks()
    return staff_page(
        "evidence/assessors/behind.html",
        exhibit=exhibit,
        number=label,
        behind=presenters.behind(proof, option_labels(query_of(json.loads(proof.document)).definition)),
        places=[element for element in exhibit.elements if seen is None or element.framework_id in seen],
    )


def _walk_at(element: Element) -> Walk | None:
    """The walk that an element's page shows its place in; None for who does not walk."""
    access = _access_to(element.framework_id)
    return None if access is None else queries.walk_of(element.framework, access)


def _access_to(framework_id: int) -> AssessorAccess | None:
    viewer = current_viewer()
    if not isinstance(viewer, User):
        return None
    return next((each for each in queries.current_accesses() if each.framework_id == framework_id), None)
