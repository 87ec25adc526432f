"""Which other systems may use the API? Who has lost a key gets another; nobody can look one up."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.keys.operations import make_key, revoke_key
from survey_app.accounts.keys.queries import all_keys, key_by_public
from survey_app.accounts.keys.scopes import KeyScope, NewKey
from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id
from survey_app.admin.api_keys.forms import KeyForm
from survey_app.admin.api_keys.power_query import power_queries
from survey_app.admin.api_keys.presenters import answer, key_row, key_rows
from survey_app.kernel.clock import utc_now
from survey_app.organisation.queries import all_services
from survey_app.settings import Settings
from survey_app.web.access import requires

api_keys = Blueprint("api_keys", __name__, url_prefix="/admin/api-keys")


def init_app(app: Flask) -> None:
    app.register_blueprint(api_keys)


@api_keys.get("/")
@requires("manage_keys")
def index() -> str:
    """Which keys are there, until when, and are they used?"""
    return _page(_form(formdata=None))


@api_keys.post("/")
@requires("manage_keys")
def make() -> ResponseReturnValue:
    """Make a key and show it, this once."""
    form = _form()
    if not form.validate():
        return _page(form), 422
    made = make_key(
        form.name.data,
        form.scopes.data,
        days=int(form.days.data),
        services=form.services.data or (),
        now=utc_now(),
        by=current_user_id(),
    )
    return _page(_form(formdata=None), made, form.name.data)


@api_keys.get("/connect")
@requires("manage_keys")
def connect() -> str:
    """How does Power BI or Excel read this?"""
    settings: Settings = current_app.extensions["settings"]
    now = utc_now()
    has_key = any(key.is_good(now) and {*key.scopes} - {KeyScope.CONTACTS_WRITE} for key in all_keys())
    return staff_page("admin/api_keys/connect.html", queries=power_queries(settings.base_url), has_key=has_key)


@api_keys.get("/<public>/")
@requires("manage_keys")
def one(public: str) -> str:
    """Shall this key be revoked?"""
    return staff_page("admin/api_keys/revoke.html", row=key_row(key_by_public(public), utc_now()))


@api_keys.post("/<public>/")
@requires("manage_keys")
def revoke(public: str) -> ResponseReturnValue:
    """End a key at once."""
    revoke_key(key_by_public(public), now=utc_now(), by=current_user_id())
    return redirect(url_for("api_keys.index", done="revoked"), code=303)


def _form(**given: Any) -> KeyForm:
    return KeyForm(services=all_services(), **given)


def _page(form: KeyForm, made: NewKey | None = None, made_for: str = "") -> str:
    rows = key_rows(all_keys(), utc_now())
    claim, rest = answer(rows)
    return staff_page(
        "admin/api_keys/index.html",
        claim=claim,
        rest=rest,
        rows=rows,
        form=form,
        made=made,
        made_for=made_for,
        done=request.args.get("done"),
        has_errors=bool(form.errors),
    )
