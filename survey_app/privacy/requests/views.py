"""Requests of people about their data. Whom one is about is sent by POST alone and stands in no address."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Flask, flash, make_response, redirect, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.audit.operations import record_act_by
from survey_app.extensions import write_from_here
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.privacy.models import RequestKind, SubjectRequest
from survey_app.privacy.people.operations import erase
from survey_app.privacy.people.presenters import account_of
from survey_app.privacy.people.queries import Holdings
from survey_app.privacy.purging.queries import still_in_the_file
from survey_app.privacy.requests import presenters
from survey_app.privacy.requests.forms import PersonForm, ReceivedForm
from survey_app.privacy.requests.operations import finish, person_for, stop_for, write_down
from survey_app.privacy.requests.presenters import FoundPerson
from survey_app.privacy.requests.queries import done_requests, open_requests, request_by_reference
from survey_app.web.access import requires
from survey_app.web.transactions import reads_first
from survey_app.work.jobs import wake

subject_requests = Blueprint("subject_requests", __name__, url_prefix="/data-protection/requests")


def init_app(app: Flask) -> None:
    app.register_blueprint(subject_requests)


@subject_requests.get("/")
@requires("handle_requests")
def index() -> str:
    """What waits to be answered, and by when?"""
    return _list(ReceivedForm(formdata=None))


@subject_requests.post("/")
@requires("handle_requests")
def receive() -> ResponseReturnValue:
    """Write down that somebody asked."""
    form, now = ReceivedForm(), utc_now()
    if not form.validate():
        return _list(form), 422
    try:
        made = write_down(RequestKind(form.kind.data), form.day, now=now, by=current_user_id())
    except InvalidInput as problem:
        form.received_on.errors = [problem.message]
        return _list(form), 422
    return redirect(url_for("subject_requests.one", reference=made.reference), code=303)


@subject_requests.get("/<reference>/")
@requires("handle_requests")
def one(reference: str) -> str:
    """Whom is it about?"""
    return _page(request_by_reference(reference), PersonForm(formdata=None))


@subject_requests.post("/<reference>/find")
@requires("handle_requests")
@reads_first
def find(reference: str) -> ResponseReturnValue:
    """What is held about them, counted: then it is decided. Nothing is changed."""
    request, form = request_by_reference(reference), PersonForm()
    if (held := _held(request, form)) is None:
        return _page(request, form), 422
    return _page(request, form, presenters.found_person(held))


@subject_requests.post("/<reference>/answer")
@requires("handle_requests")
@reads_first
def do(reference: str) -> ResponseReturnValue:
    """Do what was asked: hand it out, erase, or stop. Erased twice, there is nothing left to erase."""
    request, form, now = request_by_reference(reference), PersonForm(), utc_now()
    held = _held(request, form)
    if held is None:
        return _page(request, form), 422
    if request.kind is RequestKind.ACCESS:
        return _hand_out(request, held, form.person.data, now)
    write_from_here()
    if request.kind is RequestKind.ERASURE:
        count, words = erase(Holdings(held.subject), now=now, by=current_user_id()).total, "They are erased."
        wake("scrub_database")
    else:
        count = stop_for(form.person.data, form.named_as, now=now)
        words = presenters.stopped_words(count)
    finish(request, count, now=now, by=current_user_id())
    flash(words)
    return redirect(url_for("subject_requests.one", reference=reference), code=303)


def _hand_out(request: SubjectRequest, held: Holdings, asked_for: str, now: datetime) -> ResponseReturnValue:
    account = account_of(held, asked_for, now=now)
    name = f"what-we-hold-{request.reference}.zip"
    file = make_response(account.as_zip())
    write_from_here()
    finish(request, account.total, now=now, by=current_user_id())
    record_act_by("person.given out", "a person", at=now, by=current_user_id(), after={"rows": account.total})
    file.headers["Content-Type"] = "application/zip"
    file.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    file.headers["Cache-Control"] = "no-store"
    return file


def _held(request: SubjectRequest, form: PersonForm) -> Holdings | None:
    """None where the form has to be put right; it says why."""
    if not form.validate():
        return None
    try:
        return Holdings(person_for(request.kind, form.person.data, form.named_as))
    except (InvalidInput, Refused) as problem:
        form.person.errors = [problem.message]
        return None


def _list(form: ReceivedForm) -> str:
    now = utc_now()
    waiting = [presenters.request_row(each, now) for each in open_requests()]
    claim, rest = presenters.answer(waiting)
    return staff_page(
        "privacy/requests/index.html",
        claim=claim,
        rest=rest,
        waiting=waiting,
        done=[presenters.request_row(each, now) for each in done_requests()],
        form=form,
        problems=[field for field in form if field.errors],
        has_errors=bool(form.errors),
        today=london_day(now),
        left_in_file=presenters.left_in_file(still_in_the_file()),
    )


def _page(request: SubjectRequest, form: PersonForm, found: FoundPerson | None = None) -> str:
    return staff_page(
        "privacy/requests/one.html",
        row=presenters.request_row(request, utc_now()),
        kind=request.kind,
        form=form,
        found=found,
        problems=[field for field in form if field.errors],
        has_errors=bool(form.errors),
        left_in_file=presenters.left_in_file(still_in_the_file()) if request.kind is RequestKind.ERASURE else None,
    )
