"""Which kiosks are there, and does each still hand over? The address of one is made here, and opened on its tablet."""

from __future__ import annotations

from flask import Blueprint, Flask, current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.admin.kiosks import presenters
from survey_app.admin.kiosks.forms import ChangeForm, KioskForm
from survey_app.kernel.clock import london_day, utc_now
from survey_app.organisation.queries import council_nation, services_open_on, sites_open_on
from survey_app.responses.kiosk.operations import change_kiosk, set_up_kiosk
from survey_app.responses.kiosk.queries import kiosk_of, kiosks
from survey_app.responses.links.operations import close_link, rename_link, reopen_link
from survey_app.responses.links.presenters import link_address
from survey_app.responses.links.queries import the_link
from survey_app.responses.models import LinkKind, OpenLink
from survey_app.settings import Settings
from survey_app.surveys.operations import publish_kiosk_survey
from survey_app.surveys.queries import published_surveys
from survey_app.web.access import requires

pages = Blueprint("kiosks", __name__, url_prefix="/admin/kiosks")


def init_app(app: Flask) -> None:
    app.register_blueprint(pages)


@pages.get("/")
@requires("manage_council")
def index() -> str:
    """Which kiosks are there, and what was received from each?"""
    return _list_page(_form(is_empty=True))


@pages.post("/")
@requires("manage_council")
def make() -> ResponseReturnValue:
    """A new kiosk, open from now on. Its survey of one question is published with the first that asks it."""
    form, now = _form(), utc_now()
    if not form.validate():
        return _list_page(form), 422
    link = set_up_kiosk(
        form.name.data,
        form.longer_survey or publish_kiosk_survey(now).survey,
        form.chosen_service,
        site=form.chosen_site,
        pin=form.pin.data,
        seconds_between_taps=form.chosen_seconds,
        now=now,
        by=current_user_id(),
    )
    flash("The kiosk is open. Open its address on the tablet.")
    return _to(link)


@pages.get("/<code>/")
@requires("manage_council")
def one(code: str) -> str:
    """What is this kiosk's address, what came from it, and how is its tablet set up?"""
    link = _link(code)
    seconds = str(link.seconds_between_taps)
    return _one_page(link, ChangeForm(formdata=None, name=link.name, seconds=seconds))


@pages.post("/<code>/")
@requires("manage_council")
def change(code: str) -> ResponseReturnValue:
    link, form, now = _link(code), ChangeForm(), utc_now()
    if not form.validate():
        return _one_page(link, form), 422
    rename_link(link, form.name.data, now=now, by=current_user_id())
    change_kiosk(
        link, pin=form.pin.data or None, seconds_between_taps=form.chosen_seconds, now=now, by=current_user_id()
    )
    flash("Kept. The tablet takes it over within the hour, or when its page is opened anew.")
    return _to(link)


@pages.post("/<code>/close")
@requires("manage_council")
def close(code: str) -> ResponseReturnValue:
    """Nobody answers there any more. What was tapped before is still taken over."""
    link = _link(code)
    close_link(link, now=utc_now(), by=current_user_id())
    flash("The kiosk is closed. What its tablet still keeps from before is taken over.")
    return _to(link)


@pages.post("/<code>/reopen")
@requires("manage_council")
def reopen(code: str) -> ResponseReturnValue:
    link = _link(code)
    reopen_link(link, now=utc_now(), by=current_user_id())
    flash("The kiosk is open again, at the same address.")
    return _to(link)


def _form(*, is_empty: bool = False) -> KioskForm:
    today = london_day(utc_now())
    services = services_open_on(today)
    return KioskForm(services, sites_open_on(today), published_surveys(), **({"formdata": None} if is_empty else {}))


def _list_page(form: KioskForm) -> str:
    now = utc_now()
    rows = presenters.kiosk_rows(kiosks(now), now, council_nation())
    claim, rest = presenters.answer(rows)
    return staff_page(
        "admin/kiosks/index.html",
        rows=rows,
        claim=claim,
        rest=rest,
        form=form,
        can_be_made=form.can_be_made,
        has_errors=bool(form.errors),
    )


def _one_page(link: OpenLink, form: ChangeForm) -> str:
    now = utc_now()
    settings: Settings = current_app.extensions["settings"]
    return staff_page(
        "admin/kiosks/one.html",
        link=link,
        row=presenters.kiosk_row(kiosk_of(link, now), now, council_nation()),
        address=link_address(link, settings.base_url),
        form=form,
        has_errors=bool(form.errors),
    )


def _link(code: str) -> OpenLink:
    return the_link(code, LinkKind.KIOSK)


def _to(link: OpenLink) -> ResponseReturnValue:
    return redirect(url_for("kiosks.one", code=link.code), code=303)
