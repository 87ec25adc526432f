"""The list of alerts and the page of one. Opening a page changes nothing: to acknowledge is a press of a button."""

from __future__ import annotations

from flask import Blueprint, Flask, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_user_id, current_viewer
from survey_app.comments.alerts import presenters, queries
from survey_app.comments.alerts.forms import DecisionForm
from survey_app.comments.alerts.models import Alert, AlertOutcome
from survey_app.comments.alerts.operations import acknowledge, decide, undo_decision
from survey_app.comments.alerts.operations.telling import ALERTS_PAGE
from survey_app.kernel.characters import shortened
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.web.access import requires
from survey_app.web.paging import read_page

ROWS_A_PAGE = 50
STATES = {"": False, "decided": True, "all": None}  # what the address says, and whether it is decided

alert_pages = Blueprint("alerts", __name__, url_prefix=ALERTS_PAGE.rstrip("/"))


def init_app(app: Flask) -> None:
    app.register_blueprint(alert_pages)


@alert_pages.before_request
def see_all_or_nothing() -> None:
    """Who is limited to services would read what is said about them and their team, and nothing else: they see none."""
    if current_viewer().is_authenticated and not current_scope().is_everything:
        abort(403)


@alert_pages.get("/")
@requires("handle_alerts")
def index() -> str:
    """Who has to look at what, and by when?"""
    now, arguments = utc_now(), _arguments()
    chosen = queries.Chosen(arguments.get("kind", ""), STATES[arguments.get("state", "")])
    order = "newest first" if chosen.is_decided else "the first due first"
    total = queries.number_of_alerts(chosen)
    listed = read_page(
        request.args.get("page"), size=ROWS_A_PAGE, total=total, path=ALERTS_PAGE, arguments=arguments, order=order
    )
    rows = queries.alerts(chosen, most=listed.size, skip=listed.skip)
    return staff_page(
        "comments/alerts/index.html",
        page=presenters.list_page(rows, queries.standing(now), now),
        listed=listed,
        chosen=arguments,
        kinds=[("", "All kinds"), *((kind.code, kind.name) for kind in queries.kinds())],
        states=[("", "Open"), ("decided", "Decided"), ("all", "All")],
        may_set=current_viewer().may("set_alerts"),
    )


@alert_pages.get("/<reference>")
@requires("handle_alerts")
def one(reference: str) -> str:
    """What was written, and what is to be done?"""
    return _page(reference, DecisionForm(formdata=None))


@alert_pages.post("/<reference>/acknowledge")
@requires("handle_alerts")
def seen(reference: str) -> ResponseReturnValue:
    """I see to it."""
    alert, _service = queries.alert_by(reference)
    acknowledge(alert, now=utc_now(), by=current_user_id())
    return _done(alert, "Acknowledged. Nobody is reminded of it any more.")


@alert_pages.post("/<reference>/decide")
@requires("handle_alerts")
def decision(reference: str) -> ResponseReturnValue:
    """It was real, or a false alarm."""
    alert, form = queries.alert_by(reference)[0], DecisionForm()
    if not form.validate():
        return _page(reference, form), 422
    try:
        decide(alert, AlertOutcome(form.outcome.data), form.note.data, now=utc_now(), by=current_user_id())
    except Refused as problem:
        return _done(alert, problem.message)
    return _done(alert, "Decided. For an hour you can take it back.")


@alert_pages.post("/<reference>/undo")
@requires("handle_alerts")
def undo(reference: str) -> ResponseReturnValue:
    """It was decided by mistake."""
    alert, _service = queries.alert_by(reference)
    try:
        undo_decision(alert, now=utc_now(), by=current_user_id())
    except Refused as problem:
        return _done(alert, problem.message)
    return _done(alert, "It waits for a decision again.")


def _page(reference: str, form: DecisionForm) -> str:
    alert, service = queries.alert_by(reference)
    return staff_page(
        "comments/alerts/one.html",
        page=presenters.alert_page(alert, service, current_viewer(), utc_now()),
        form=form,
        gone=presenters.GONE,
        has_errors=bool(form.errors),
    )


def _done(alert: Alert, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for("alerts.one", reference=alert.reference), code=303)


def _arguments() -> dict[str, str]:
    """The filters of the address, without those that are as usual. InvalidInput for what there is not."""
    arguments = {name: value for name in ("kind", "state") if (value := request.args.get(name, ""))}
    if arguments.get("state", "") not in STATES:
        raise InvalidInput(f"There is no state “{shortened(arguments['state'])}”.")
    return arguments
