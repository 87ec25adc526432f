"""Complaints about data, as staff see them: what is due first, one by itself, and each step. Reading one is a POST."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Flask, flash, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import Refused
from survey_app.privacy.complaints import operations, presenters, queries
from survey_app.privacy.complaints.deadlines import KEEP_DAYS
from survey_app.privacy.complaints.findings import Finding
from survey_app.privacy.complaints.forms import BY_EMAIL, AcknowledgementForm, AnswerForm
from survey_app.privacy.models import DataComplaint
from survey_app.web.access import requires
from survey_app.web.paging import read_page

PAGE_SIZE = 50

complaints = Blueprint("complaints", __name__, url_prefix="/data-protection/complaints")


def init_app(app: Flask) -> None:
    app.register_blueprint(complaints)


@complaints.get("/")
@requires("handle_requests")
def index() -> str:
    """What waits, by when, and how did we do this year?"""
    now = utc_now()
    listed = read_page(
        request.args.get("page"),
        size=PAGE_SIZE,
        total=queries.number_of_complaints(),
        path=url_for("complaints.index"),
        arguments={},
        order="what is due first",
    )
    rows = queries.complaints(skip=listed.skip, most=PAGE_SIZE)
    return staff_page(
        "privacy/complaints/index.html",
        headline=presenters.headline(),
        rows=[presenters.row_of(row, london_day(now)) for row in rows],
        listed=listed,
        year=presenters.year_words(queries.counts(now - presenters.A_YEAR)),
    )


@complaints.get("/<reference>")
@requires("handle_requests")
def one(reference: str) -> str:
    """How does it stand, and what is next?"""
    return _page(queries.complaint(reference))


@complaints.post("/<reference>/words")
@requires("handle_requests")
def words(reference: str) -> ResponseReturnValue:
    """What they wrote and how to reach them, on this page alone; that somebody looked is written down."""
    found = queries.complaint(reference)
    read = operations.read_words(found, now=utc_now(), by=current_user_id())
    response = make_response(_page(found, read=read))
    response.headers["Cache-Control"] = "no-store"
    return response


@complaints.post("/<reference>/acknowledge")
@requires("handle_requests")
def acknowledge(reference: str) -> ResponseReturnValue:
    """They hear that we have it."""
    found, form = queries.complaint(reference), AcknowledgementForm()
    if not form.validate():
        return _page(found, acknowledging=form), 422
    by_email = form.way.data == BY_EMAIL
    return _act(
        found,
        "Acknowledged. The e-mail goes out within a minute or two." if by_email else "Acknowledged.",
        lambda: operations.acknowledge(found, by_email=by_email, now=utc_now(), by=current_user_id()),
    )


@complaints.post("/<reference>/answer")
@requires("handle_requests")
def answer(reference: str) -> ResponseReturnValue:
    """They hear what we found."""
    found, form = queries.complaint(reference), AnswerForm()
    if not form.validate():
        return _page(found, answering=form), 422
    by_email = form.answer_way.data == BY_EMAIL
    try:
        operations.answer(
            found,
            Finding(form.finding.data),
            form.outcome.data,
            by_email=by_email,
            now=utc_now(),
            by=current_user_id(),
        )
    except Refused as problem:  # what was typed stays
        form.answer_way.errors = [problem.message]
        return _page(found, answering=form), 422
    flash("Answered. The e-mail goes out within a minute or two." if by_email else "Answered.")
    return _to(found)


@complaints.post("/<reference>/undo")
@requires("handle_requests")
def undo(reference: str) -> ResponseReturnValue:
    """The last step was a mistake."""
    found = queries.complaint(reference)
    return _act(found, "Taken back.", lambda: operations.undo(found, now=utc_now(), by=current_user_id()))


def _act(found: DataComplaint, done: str, act: Callable[[], object]) -> ResponseReturnValue:
    """Do it and show the page; a refusal says why, on the page."""
    try:
        act()
    except Refused as problem:
        done = problem.message
    flash(done)
    return _to(found)


def _to(found: DataComplaint) -> ResponseReturnValue:
    return redirect(url_for("complaints.one", reference=found.reference), code=303)


def _page(
    found: DataComplaint,
    *,
    read: operations.Words | None = None,
    acknowledging: AcknowledgementForm | None = None,
    answering: AnswerForm | None = None,
) -> str:
    sent = [form for form in (acknowledging, answering) if form is not None]
    return staff_page(
        "privacy/complaints/one.html",
        page=presenters.one_page(found, utc_now()),
        read=read,
        acknowledging=acknowledging or AcknowledgementForm(formdata=None),
        answering=answering or AnswerForm(formdata=None),
        problems=[field for form in sent for field in form if field.errors],
        has_errors=bool(sent),
        keep_days=KEEP_DAYS,
    )
