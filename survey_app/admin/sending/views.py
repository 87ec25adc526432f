"""When and how are people asked? What holds, what it comes to, and changing it."""

from __future__ import annotations

from flask import Blueprint, Flask, current_app, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.admin.sending import presenters
from survey_app.admin.sending.forms import RulesForm, WindowForm
from survey_app.admin.sending.hours import DAYS
from survey_app.contacts.asking.operations import change_rules
from survey_app.contacts.queries import asking_rules
from survey_app.contacts.ways import Way
from survey_app.invitations.operations import remove_window, set_window
from survey_app.invitations.queries import sending_times, sending_window_by_id, sending_windows
from survey_app.kernel.clock import london_day, utc_now
from survey_app.organisation.queries import all_services
from survey_app.settings import Settings
from survey_app.web.access import requires

sending = Blueprint("sending", __name__, url_prefix="/admin/sending")


def init_app(app: Flask) -> None:
    app.register_blueprint(sending)


@sending.get("/")
@requires("manage_council")
def index() -> str:
    """When do messages go out, which way, and how many?"""
    rules, times, services, today = asking_rules(), sending_times(), all_services(), london_day(utc_now())
    ways = [Way.EMAIL, *([Way.SMS] if rules.texts_are_on else [])]
    service = services[0] if services else None
    return staff_page(
        "admin/sending/index.html",
        is_paused=rules.is_paused,
        facts=presenters.facts(
            rules,
            has_notify=_settings().notify_api_key is not None,
            has_mail_server=_settings().mail_url is not None,
        ),
        windows=presenters.window_rows(sending_windows(), services),
        examples=[presenters.example(way, service, rules, times, today=today) for way in ways],
        nation=times.nation,
    )


@sending.get("/rules")
@requires("manage_council")
def rules() -> str:
    """Which ways, how long after, how often, how many?"""
    return _rules_page(RulesForm(formdata=_prefilled(), data=presenters.rules_choice(asking_rules())))


@sending.post("/rules")
@requires("manage_council")
def save_rules() -> ResponseReturnValue:
    form = RulesForm()
    if not form.validate():
        return _rules_page(form), 422
    again = presenters.rules_choice(asking_rules())
    before = change_rules(form.changes, now=utc_now(), by=current_user_id())
    undo = url_for("sending.rules", **again) if before else ""
    flash("It holds from now on." if before else "Nothing was changed.", undo)
    return redirect(url_for("sending.index"), code=303)


@sending.get("/window")
@requires("manage_council")
def window() -> str:
    """When may messages go out, of which way and service?"""
    usual = presenters.window_rows([], [])[0].choice
    return _window_page(WindowForm(all_services(), formdata=_prefilled(), data=usual))


@sending.post("/window")
@requires("manage_council")
def save_window() -> ResponseReturnValue:
    days = "".join(request.form.getlist("weekdays"))
    form = WindowForm(all_services(), formdata=MultiDict({**request.form.to_dict(), "weekdays": days}))
    if not form.validate():
        return _window_page(form), 422
    set_window(Way(form.way.data), form.service_id, form.window, now=utc_now(), by=current_user_id())
    flash("It holds from now on.")
    return redirect(url_for("sending.index"), code=303)


@sending.post("/windows/<int:window_id>/end")
@requires("manage_council")
def end_window(window_id: int) -> ResponseReturnValue:
    """From now on the window of the way holds there, or the usual one."""
    found = sending_window_by_id(window_id)
    again = next(row.choice for row in presenters.window_rows([found], all_services()) if row.id == found.id)
    remove_window(found, now=utc_now(), by=current_user_id())
    flash("It was removed.", url_for("sending.window", **again))
    return redirect(url_for("sending.index"), code=303)


def _rules_page(form: RulesForm) -> str:
    set_up = presenters.notify_set_up(_settings().base_url)
    return staff_page("admin/sending/rules.html", form=form, notify_set_up=set_up, has_errors=bool(form.errors))


def _window_page(form: WindowForm) -> str:
    return staff_page("admin/sending/window.html", form=form, days=DAYS, has_errors=bool(form.errors))


def _prefilled() -> MultiDict[str, str] | None:
    """What the address fills in: that is how something is put back as it was."""
    return MultiDict(request.args) or None


def _settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found
