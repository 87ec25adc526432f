"""The walk of all elements, and the rows behind a figure."""

from __future__ import annotations

import json

from flask import Blueprint, Flask, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.models import User
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_viewer
from survey_app.dashboards.queries import option_labels
from survey_app.evidence.assessors import operations, queries
from survey_app.evidence.assessors.rows import presenters as row_presenters
from survey_app.evidence.assessors.rows.queries import RedactedRows
from survey_app.evidence.assessors.rows.redaction import home_of
from survey_app.evidence.assessors.walk import Go, Mark, Walk
from survey_app.evidence.exhibits.proofs import Proof, exhibit_number, read_exhibit_number
from survey_app.evidence.exhibits.queries import exhibit_by_number, proof_of, told_apart
from survey_app.evidence.models import AssessorAccess, Element, Exhibit
from survey_app.evidence.queries import element_by_number, framework_by_code
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput, NotFound
from survey_app.measures.frozen import query_of
from survey_app.web.access import requires
from survey_app.web.paging import read_page

ROWS_A_PAGE = 100

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
    exhibit, proof, home = _pinned(number)
    labels, seen = option_labels(query_of(json.loads(proof.document)).definition), queries.seen_frameworks()
    rows = _redacted(exhibit, proof) if home == proof.number else None
    single = row_presenters.not_single(home)
    if rows is not None:
        listed = read_page(
            request.args.get("page"),
            size=ROWS_A_PAGE,
            total=len(rows),
            path=request.path,
            arguments={},
            order="in the order of their digests",
        )
        single = row_presenters.singles(rows, listed, labels)
    return staff_page(
        "evidence/assessors/behind.html",
        exhibit=exhibit,
        number=proof.number,
        behind=row_presenters.behind(proof, labels),
        single=single,
        may_open_home=seen is None or (home is not None and queries.stands_in(read_exhibit_number(home), seen)),
        places=[element for element in exhibit.elements if seen is None or element.framework_id in seen],
    )


@sitting.get("/exhibits/<number>/rows.txt")
@requires("view_evidence")
def digests(number: str) -> Response:
    """The digests of all rows, a file whose SHA-256 is the hash of the rows. NotFound where they cannot all be told."""
    exhibit, proof, home = _pinned(number)
    rows = _redacted(exhibit, proof) if home == proof.number else None
    if rows is None or not rows.are_whole:
        raise NotFound(f"The digests of the rows behind {proof.number} cannot be listed.")
    response = Response(rows.digests(), mimetype="text/plain")
    response.headers["Content-Disposition"] = f"attachment; filename={proof.number}-rows.txt"
    return response


def _pinned(number: str) -> tuple[Exhibit, Proof, str | None]:
    """A figure that may be seen beside the others, and the exhibit behind which its rows stand one by one."""
    exhibit, apart = exhibit_by_number(read_exhibit_number(number)), told_apart()
    label = exhibit_number(exhibit.number)
    if exhibit.passport is None or label not in apart:
        raise NotFound(f"There are no rows behind {label}.")
    return exhibit, proof_of(exhibit), home_of(label, apart)


def _redacted(exhibit: Exhibit, proof: Proof) -> RedactedRows:
    printed = row_presenters.printed_counts(json.loads(proof.document))
    return RedactedRows(exhibit.frozen, printed, row_presenters.closed_months(proof.trend), now=utc_now())


def _walk_at(element: Element) -> Walk | None:
    """The walk that an element's page shows its place in; None for who does not walk."""
    access = _access_to(element.framework_id)
    return None if access is None else queries.walk_of(element.framework, access)


def _access_to(framework_id: int) -> AssessorAccess | None:
    viewer = current_viewer()
    if not isinstance(viewer, User):
        return None
    return next((each for each in queries.current_accesses() if each.framework_id == framework_id), None)
