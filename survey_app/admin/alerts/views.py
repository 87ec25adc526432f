"""Which words raise an alert, who is told, and how long they have. Phrases can be tried before they hold."""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_scope, current_user_id, current_viewer
from survey_app.admin.alerts import presenters
from survey_app.admin.alerts.forms import KindForm
from survey_app.comments.alerts.models import AlertKind
from survey_app.comments.alerts.operations import add_kind, send_test, set_kind, undo_kind
from survey_app.comments.alerts.operations.telling import KINDS_PAGE
from survey_app.comments.alerts.queries import kind_of, kinds
from survey_app.extensions import write_from_here
from survey_app.kernel.clock import utc_now
from survey_app.kernel.errors import Refused
from survey_app.organisation.queries import all_services
from survey_app.web.access import requires
from survey_app.web.transactions import reads_first

alert_kinds = Blueprint("alert_kinds", __name__, url_prefix=KINDS_PAGE.rstrip("/"))


def init_app(app: Flask) -> None:
    app.register_blueprint(alert_kinds)


@alert_kinds.get("/")
@requires("set_alerts")
def index() -> str:
    """What is looked for, and is somebody told?"""
    found = kinds()
    claim, rest = presenters.answer(found)
    return staff_page(
        "admin/alerts/index.html",
        claim=claim,
        rest=rest,
        rows=presenters.kind_rows(found),
        may=current_viewer().may,
    )


@alert_kinds.get("/new")
@requires("set_alerts")
def new() -> str:
    """A kind of the council's own."""
    return _page(_nothing_yet(), _form_of(_nothing_yet()))


@alert_kinds.post("/new")
@requires("set_alerts")
@reads_first
def add() -> ResponseReturnValue:
    form = _sent()
    if not form.validate():
        return _page(_nothing_yet(), form), 422
    if "try" in request.form:
        return _page(_nothing_yet(), form, is_trying=True)
    write_from_here()
    kind = add_kind(form.facts, now=utc_now(), by=current_user_id())
    flash("Added. What comes from now on is searched for it.")
    return _to(kind.code)


@alert_kinds.get("/<code>")
@requires("set_alerts")
def one(code: str) -> str:
    """What does this kind look for, and who hears of it?"""
    kind = kind_of(code)
    return _page(kind, _form_of(kind))


@alert_kinds.post("/<code>")
@requires("set_alerts")
@reads_first
def save(code: str) -> ResponseReturnValue:
    """Try the phrases on past comments, or let them hold."""
    kind, form = kind_of(code), _sent()
    if not form.validate():
        return _page(kind, form), 422
    if "try" in request.form:
        return _page(kind, form, is_trying=True)
    was_active = kind.is_active
    write_from_here()
    kind = set_kind(code, form.facts, now=utc_now(), by=current_user_id())
    flash("Saved. What comes from now on is searched so." if kind.is_active else _switched_off(was_active))
    return _to(code)


@alert_kinds.post("/<code>/undo")
@requires("set_alerts")
def undo(code: str) -> ResponseReturnValue:
    """As it was before the last change."""
    try:
        undo_kind(code, now=utc_now(), by=current_user_id())
    except Refused as problem:
        flash(problem.message)
        return _to(code)
    flash("It is as it was before. Press again to take that back.")
    return _to(code)


@alert_kinds.post("/<code>/test")
@requires("set_alerts")
def test(code: str) -> ResponseReturnValue:
    """Does somebody read this inbox?"""
    sent = send_test(kind_of(code), now=utc_now(), by=current_user_id())
    if not sent:
        flash("There is no inbox to write to. Type one and save it first.")
    else:
        flash("A test is on its way to the inbox." if sent == 1 else "A test is on its way to both inboxes.")
    return _to(code)


def _switched_off(was_active: bool) -> str:
    words = "Switched off" if was_active else "Saved, and it is still switched off"
    return f"{words}: nothing of this kind is found any more. Undo brings it back."


def _to(code: str) -> ResponseReturnValue:
    return redirect(url_for("alert_kinds.one", code=code), code=303)


def _nothing_yet() -> AlertKind:
    return AlertKind(
        code="",
        name="",
        phrases="",
        exceptions="",
        inbox="",
        other_inbox="",
        answer_within_minutes=60,
        is_active=True,
    )


def _sent() -> KindForm:
    form = KindForm()
    form.offer(all_services())
    return form


def _form_of(kind: AlertKind) -> KindForm:
    form = KindForm(
        formdata=None,
        name=kind.name,
        phrases=kind.phrases,
        exceptions=kind.exceptions,
        inbox=kind.inbox,
        inbox_service=str(kind.inbox_service_id or ""),
        other_inbox=kind.other_inbox,
        minutes=str(kind.answer_within_minutes),
        is_active=kind.is_active,
    )
    form.offer(all_services())
    return form


def _page(kind: AlertKind, form: KindForm, *, is_trying: bool = False) -> str:
    tried = None
    if is_trying:
        may_read = current_viewer().may("view_comments") and current_scope().is_everything
        tried = presenters.tried(kind, form.phrases.data, form.exceptions.data, utc_now(), may_read=may_read)
    return staff_page(
        "admin/alerts/one.html",
        kind=kind,
        form=form,
        warnings=presenters.warnings(kind) if kind.code else [],
        tried=tried,
        action=url_for("alert_kinds.save", code=kind.code) if kind.code else url_for("alert_kinds.add"),
        has_errors=bool(form.errors),
    )
