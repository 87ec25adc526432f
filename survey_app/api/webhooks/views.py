"""Which other systems are told what happens here, and do they hear it?"""

from __future__ import annotations

from flask import Blueprint, Flask, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey_app.accounts.presenters import staff_page
from survey_app.accounts.queries import current_user_id, current_viewer
from survey_app.api.webhooks import operations
from survey_app.api.webhooks.events import body_of
from survey_app.api.webhooks.forms import WebhookForm
from survey_app.api.webhooks.models import Webhook
from survey_app.api.webhooks.operations.keeping import UnusableAddress
from survey_app.api.webhooks.presenters import (
    answer,
    delivery_row,
    delivery_rows,
    try_rows,
    webhook_row,
    webhooks_feature,
    webhooks_state,
)
from survey_app.api.webhooks.queries import (
    address_policy,
    all_webhooks,
    delivery_of,
    last_tries,
    latest_deliveries,
    tries_of,
    waiting_of,
    webhook_by_reference,
)
from survey_app.kernel.clock import utc_now
from survey_app.web.access import requires
from survey_app.web.features import add_feature
from survey_app.web.menu import add_setting_state
from survey_app.work.happenings import on_happening

webhooks = Blueprint("webhooks", __name__, url_prefix="/admin/webhooks")

DONE = {
    "saved": "Saved.",
    "tested": "A test is on its way. Reload the page in a moment to see what was answered.",
    "stopped": "Stopped. Nothing is sent, and what happens from now on is not told.",
    "resumed": "Resumed. What waited is on its way.",
    "again": "It is on its way once more.",
}


def init_app(app: Flask) -> None:
    app.register_blueprint(webhooks)
    on_happening(app, operations.note_happening)
    add_feature(app, webhooks_feature)
    add_setting_state(app, "webhooks.index", webhooks_state)


@webhooks.get("/")
@requires("manage_webhooks")
def index() -> str:
    """Who is told, and do they hear it?"""
    policy, now = address_policy(), utc_now()
    rows = [webhook_row(webhook, policy, now) for webhook in all_webhooks()]
    claim, rest = answer(rows)
    return staff_page("api/webhooks/index.html", claim=claim, rest=rest, rows=rows, may=current_viewer().may)


@webhooks.get("/new")
@requires("manage_webhooks")
def new() -> str:
    """Which system shall be told, and of what?"""
    return _form_page(WebhookForm(formdata=None))


@webhooks.post("/new")
@requires("manage_webhooks")
def add() -> ResponseReturnValue:
    """Add it, and show its secret, this once."""
    form = WebhookForm()
    if not form.validate():
        return _form_page(form), 422
    try:
        webhook = operations.add_webhook(form.facts, now=utc_now(), by=current_user_id())
    except UnusableAddress as refusal:
        form.address.errors = [refusal.message]
        return _form_page(form), 422
    return _page(webhook, secret=webhook.secret)


@webhooks.get("/<reference>/")
@requires("manage_webhooks")
def one(reference: str) -> str:
    """What was this system told, and what did it answer?"""
    return _page(webhook_by_reference(reference))


@webhooks.get("/<reference>/change")
@requires("manage_webhooks")
def edit(reference: str) -> str:
    """Has its address moved, or shall it be told of other things?"""
    webhook = webhook_by_reference(reference)
    return _form_page(WebhookForm(formdata=None, obj=webhook, address=webhook.url), webhook)


@webhooks.post("/<reference>/change")
@requires("manage_webhooks")
def change(reference: str) -> ResponseReturnValue:
    webhook, form = webhook_by_reference(reference, is_locked=True), WebhookForm()
    if not form.validate():
        return _form_page(form, webhook), 422
    try:
        operations.change_webhook(webhook, form.facts, now=utc_now(), by=current_user_id())
    except UnusableAddress as refusal:
        form.address.errors = [refusal.message]
        return _form_page(form, webhook), 422
    return _done(reference, "saved")


@webhooks.post("/<reference>/secret")
@requires("manage_webhooks")
def change_secret(reference: str) -> ResponseReturnValue:
    """A new secret, shown this once; the one before signs for another day."""
    webhook = webhook_by_reference(reference, is_locked=True)
    secret = operations.change_secret(webhook, now=utc_now(), by=current_user_id())
    return _page(webhook, secret=secret)


@webhooks.post("/<reference>/test")
@requires("manage_webhooks")
def send_test(reference: str) -> ResponseReturnValue:
    operations.send_test(webhook_by_reference(reference, is_locked=True), now=utc_now(), by=current_user_id())
    return _done(reference, "tested")


@webhooks.post("/<reference>/stop")
@requires("manage_webhooks")
def stop(reference: str) -> ResponseReturnValue:
    operations.stop_webhook(webhook_by_reference(reference, is_locked=True), now=utc_now(), by=current_user_id())
    return _done(reference, "stopped")


@webhooks.post("/<reference>/resume")
@requires("manage_webhooks")
def resume(reference: str) -> ResponseReturnValue:
    operations.resume_webhook(webhook_by_reference(reference, is_locked=True), now=utc_now(), by=current_user_id())
    return _done(reference, "resumed")


@webhooks.get("/<reference>/delete")
@requires("manage_webhooks")
def deletion(reference: str) -> str:
    """Shall it be deleted? What would go with it."""
    webhook = webhook_by_reference(reference)
    row = webhook_row(webhook, address_policy(), utc_now())
    return staff_page("api/webhooks/delete.html", row=row, waiting=waiting_of(webhook))


@webhooks.post("/<reference>/delete")
@requires("manage_webhooks")
def delete(reference: str) -> ResponseReturnValue:
    webhook = webhook_by_reference(reference, is_to_go=True)
    operations.delete_webhook(webhook, now=utc_now(), by=current_user_id())
    flash(f"{webhook.name} is deleted. Nothing is sent to it.")
    return redirect(url_for("webhooks.index"), code=303)


@webhooks.get("/<reference>/events/<event>/")
@requires("manage_webhooks")
def delivery(reference: str, event: str) -> str:
    """What was sent, and what came of each try?"""
    webhook = webhook_by_reference(reference)
    found = delivery_of(webhook, event)
    tries = tries_of(found)
    return staff_page(
        "api/webhooks/delivery.html",
        row=webhook_row(webhook, address_policy(), utc_now()),
        delivery=delivery_row(found, tries[0] if tries else None),
        body=body_of(found.event.kind, found.event.at, found.event.data).decode(),
        tries=try_rows(tries),
    )


@webhooks.post("/<reference>/events/<event>/")
@requires("manage_webhooks")
def send_again(reference: str, event: str) -> ResponseReturnValue:
    webhook = webhook_by_reference(reference, is_locked=True)
    operations.send_again(delivery_of(webhook, event), now=utc_now(), by=current_user_id())
    return _done(reference, "again")


def _done(reference: str, what: str) -> ResponseReturnValue:
    return redirect(url_for("webhooks.one", reference=reference, done=what), code=303)


def _page(webhook: Webhook, *, secret: str | None = None) -> str:
    deliveries = latest_deliveries(webhook)
    return staff_page(
        "api/webhooks/webhook.html",
        row=webhook_row(webhook, address_policy(), utc_now()),
        secret=secret,
        waiting=waiting_of(webhook),
        deliveries=delivery_rows(deliveries, last_tries(deliveries)),
        done=DONE.get(request.args.get("done", "")),
    )


def _form_page(form: WebhookForm, webhook: Webhook | None = None) -> str:
    return staff_page("api/webhooks/form.html", form=form, webhook=webhook, has_errors=bool(form.errors))
