"""The queue of follow-ups, its board, and the page of one. Opening a page changes nothing and shows no details."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_user_id, current_viewer
from survey_app.actions.followups import presenters, queries
from survey_app.actions.followups.due import late_before
from survey_app.actions.followups.forms import (
    ClosingForm,
    ExtensionForm,
    NoteForm,
    OwnerForm,
    StepForm,
    VerdictForm,
    whole_number,
)
from survey_app.actions.followups.operations import (
    assign,
    close,
    extend_complaint,
    hear_verdict_told,
    heed_consent,
    record_complaint_step,
    show_details,
    take_back_complaint_step,
    undo_close,
    write_note,
)
from survey_app.actions.followups.operations.acting import Closing
from survey_app.actions.followups.outcomes import STATES
from survey_app.actions.models import FollowUp, FollowUpState, Outcome, Verdict
from survey_app.comments.alerts.presenters import AlertLinks, add_alert_links
from survey_app.invitations.views import add_kept_copies
from survey_app.kernel.characters import shortened
from survey_app.kernel.clock import london_day, utc_now
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.organisation.presenters import add_page_facts
from survey_app.organisation.queries import council_nation, services_by_code, subtree_ids
from survey_app.responses.afterwards.presenters import make_contact_promise
from survey_app.responses.operations.consenting import on_consent_changed
from survey_app.web.access import requires
from survey_app.web.paging import read_page

QUEUE = "/actions/follow-ups/"
ROWS_A_PAGE = 50
OPEN = ""  # the filter by state: all that are open

follow_ups = Blueprint("follow_ups", __name__, url_prefix="/actions/follow-ups")


def init_app(app: Flask) -> None:
    app.register_blueprint(follow_ups)
    on_consent_changed(app, heed_consent)
    make_contact_promise(app, presenters.contact_promise)
    add_page_facts(app, presenters.page_facts)
    add_kept_copies(app, queries.copies_kept_until)
    add_alert_links(app, AlertLinks("follow_up", presenters.alert_links))


@follow_ups.get("/")
@requires("follow_up")
def index() -> str:
    """Who waits for us, and since when?"""
    scope, now, nation = current_scope(), utc_now(), council_nation()
    today = london_day(now)
    late, chosen = late_before(today, nation), _chosen()
    wanted, standing = _wanted(chosen), queries.standing(scope, late_before=late)
    is_board = request.args.get("view") == "board"
    total = queries.number_in(wanted, scope, late_before=late)
    order = "newest first" if wanted.state is FollowUpState.CLOSED else "the longest due first"
    listed = read_page(
        request.args.get("page"), size=ROWS_A_PAGE, total=total, path=QUEUE, arguments=chosen, order=order
    )
    columns = []
    if is_board:
        urls = {state.value: _address(chosen | {"state": state}) for state in STATES}
        columns = presenters.board_columns(wanted, scope, today=today, nation=nation, urls=urls)
        rows = []
    else:
        rows = queries.queue(wanted, scope, late_before=late, most=listed.size, skip=listed.skip)
    return staff_page(
        "actions/followups/index.html",
        page=presenters.queue_page(rows, columns, standing, scope, now=now, nation=nation),
        listed=listed,
        chosen=chosen,
        states=[(OPEN, "Open"), *((state, label) for state, label in STATES.items())],
        is_board=is_board,
        list_url=_address(chosen),
        board_url=_address({name: value for name, value in chosen.items() if name != "state"} | {"view": "board"}),
        all_url=QUEUE,
        may_set_rules=current_viewer().may("manage_council"),
    )


@follow_ups.get("/<reference>")
@requires("follow_up")
def one(reference: str) -> str:
    """What did they say, what was done, and what is next?"""
    return _page(_found(reference))


@follow_ups.post("/<reference>/details")
@requires("follow_up")
def details(reference: str) -> str:
    """How to reach them, on this page alone; that somebody looked is written down."""
    found = _found(reference)
    return _page(found, details=show_details(found, now=utc_now(), by=current_user_id()))


@follow_ups.post("/<reference>/notes")
@requires("follow_up")
def note(reference: str) -> ResponseReturnValue:
    found, form = _found(reference), NoteForm()
    if not form.validate():
        return _page(found, note=form), 422
    return _act(
        found,
        "Written down.",
        lambda: write_note(found, form.kind, form.text.data, now=utc_now(), by=current_user_id()),
    )


@follow_ups.post("/<reference>/close")
@requires("follow_up")
def end(reference: str) -> ResponseReturnValue:
    """How it ended, and what was behind it."""
    found, form = _found(reference), ClosingForm()
    if not form.validate():
        return _page(found, closing=form), 422
    closing = Closing(
        Outcome(form.outcome.data), form.cause.data, form.closing_text.data, form.complaint_reference.data
    )
    return _act(
        found,
        "Closed. For an hour you can open it again.",
        lambda: close(found, closing, now=utc_now(), by=current_user_id()),
    )


@follow_ups.post("/<reference>/open")
@requires("follow_up")
def open_again(reference: str) -> ResponseReturnValue:
    """It was closed by mistake."""
    found = _found(reference)
    return _act(found, "It is open again.", lambda: undo_close(found, now=utc_now(), by=current_user_id()))


@follow_ups.post("/<reference>/owner")
@requires("follow_up")
def give(reference: str) -> ResponseReturnValue:
    """Give it to somebody, or take it."""
    found = _found(reference)
    typed = request.form.get("owner", "")
    owner_id = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0
    return _act(found, "It has a new owner.", lambda: assign(found, owner_id, now=utc_now(), by=current_user_id()))


@follow_ups.post("/<reference>/verdict")
@requires("follow_up")
def verdict(reference: str) -> ResponseReturnValue:
    """What they told us on the phone."""
    found, form = _found(reference), VerdictForm()
    if not form.validate():
        return _page(found, verdict=form), 422
    told = Verdict(form.verdict.data)
    return _act(found, "Written down.", lambda: hear_verdict_told(found, told, now=utc_now(), by=current_user_id()))


@follow_ups.post("/<reference>/complaint")
@requires("follow_up")
def step(reference: str) -> ResponseReturnValue:
    """A step of the complaint was done."""
    found, form = _found(reference), StepForm()
    if not form.validate():
        return _page(found, step=form), 422
    return _act(
        found,
        "Written down.",
        lambda: record_complaint_step(found, form.step.data, form.day, now=utc_now(), by=current_user_id()),
    )


@follow_ups.post("/<reference>/complaint/extend")
@requires("follow_up")
def extend(reference: str) -> ResponseReturnValue:
    """The reply takes longer."""
    found, form = _found(reference), ExtensionForm()
    if not form.validate():
        return _page(found, extension=form), 422
    return _act(
        found,
        "Extended.",
        lambda: extend_complaint(found, whole_number(form.days.data), now=utc_now(), by=current_user_id()),
    )


@follow_ups.post("/<reference>/complaint/back")
@requires("follow_up")
def step_back(reference: str) -> ResponseReturnValue:
    """The last step was written down by mistake."""
    found = _found(reference)
    return _act(found, "Taken back.", lambda: take_back_complaint_step(found, now=utc_now(), by=current_user_id()))


def _found(reference: str) -> FollowUp:
    return queries.follow_up_in(reference, current_scope())


def _act(found: FollowUp, done: str, act: Callable[[], object]) -> ResponseReturnValue:
    """Do it and show the page; a refusal says why, on the page."""
    try:
        act()
    except (Refused, InvalidInput) as problem:
        done = problem.message
    flash(done)
    return redirect(url_for("follow_ups.one", reference=found.reference), code=303)


def _page(
    found: FollowUp,
    *,
    details: Mapping[str, str] | None = None,
    note: NoteForm | None = None,
    closing: ClosingForm | None = None,
    verdict: VerdictForm | None = None,
    step: StepForm | None = None,
    extension: ExtensionForm | None = None,
) -> str:
    """The page, with the form that has to be put right among fresh ones."""
    now, rules = utc_now(), queries.follow_up_rules()
    page = presenters.one_page(found, now=now, complaints_url=rules.complaints_url)
    sent: list[FlaskForm] = [form for form in (note, closing, verdict, step, extension) if form is not None]
    owner = OwnerForm(formdata=None, data={"owner": found.owner_id})
    owner.owner.choices = presenters.owner_choices(found)
    step = step or StepForm(formdata=None, data={"done_on": london_day(now)})
    step.offer(page.complaint.possible if page.complaint else ())
    return staff_page(
        "actions/followups/one.html",
        page=page,
        details=details,
        note=note or NoteForm(formdata=None),
        closing=closing or ClosingForm(formdata=None),
        verdict=verdict or VerdictForm(formdata=None),
        step=step,
        extension=extension or ExtensionForm(formdata=None),
        owner=owner,
        problems=[field for form in sent for field in form if field.errors],
        has_errors=bool(sent),
        me=current_user_id(),
        is_mine=found.owner_id == current_user_id(),
    )


def _chosen() -> dict[str, str]:
    """The filters of the address, without those that are as usual. InvalidInput for what there is not."""
    names = ("mine", "late", "service", "state")
    chosen = {name: value for name in names if (value := request.args.get(name, ""))}
    if chosen.get("state", FollowUpState.NEW) not in STATES:
        raise InvalidInput(f"There is no state “{shortened(chosen['state'])}”.")
    return chosen


def _wanted(chosen: Mapping[str, str]) -> queries.Wanted:
    services = None
    if "service" in chosen:
        services = subtree_ids(service.id for service in services_by_code([chosen["service"]]))
    return queries.Wanted(
        owner_id=current_user_id() if "mine" in chosen else None,
        is_late="late" in chosen,
        services=services,
        state=FollowUpState(chosen["state"]) if "state" in chosen else None,
    )


def _address(arguments: Mapping[str, str]) -> str:
    return f"{QUEUE}?{urlencode(arguments)}" if arguments else QUEUE
