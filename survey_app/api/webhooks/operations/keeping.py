"""Adding webhooks, changing and deleting them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from survey_app.api.webhooks.addresses import (
    AddressRefused,
    Resolve,
    checked_addresses,
    read_target,
    resolve_host,
    shown_address,
)
from survey_app.api.webhooks.events import EVENTS, TEST
from survey_app.api.webhooks.models import Webhook, WebhookDelivery
from survey_app.api.webhooks.operations.noting import DELIVER, note_events
from survey_app.api.webhooks.queries import address_policy, deliveries_to_retry
from survey_app.api.webhooks.signing import new_secret
from survey_app.audit.operations import record_act_by
from survey_app.extensions import db
from survey_app.kernel.characters import is_fit
from survey_app.kernel.errors import InvalidInput, Refused
from survey_app.kernel.tokens import new_reference
from survey_app.work.backlog import Retried
from survey_app.work.jobs import wake

LONGEST_NAME = 80
EARLIER_SECRET_WORKS = timedelta(hours=24)
MOST_RETRIED = 1000


@dataclass(frozen=True)
class WebhookFacts:
    """Who is told, where, and of what."""

    name: str
    url: str
    events: tuple[str, ...]


class UnusableAddress(InvalidInput):
    """The address is none that anything is sent to."""


def add_webhook(
    facts: WebhookFacts, *, now: datetime, by: int | None = None, resolve: Resolve = resolve_host
) -> Webhook:
    """Tell this address from now on. Its secret is shown by whoever calls, once. InvalidInput for what cannot be."""
    _check(facts, resolve)
    webhook = Webhook(
        reference=new_reference(),
        name=facts.name,
        url=facts.url,
        events=sorted(facts.events),
        secret=new_secret(),
        created_at=now,
        created_by=by,
        stopped_why="",
    )
    db.session.add(webhook)
    db.session.flush()
    _record("webhook added", webhook, now, by, after=_settings_of(webhook))
    return webhook


def change_webhook(
    webhook: Webhook, facts: WebhookFacts, *, now: datetime, by: int | None = None, resolve: Resolve = resolve_host
) -> None:
    """What waits for it goes to the new address. InvalidInput for what cannot be."""
    _check(facts, resolve)
    before, is_moved = _settings_of(webhook), webhook.url != facts.url
    webhook.name, webhook.url, webhook.events = facts.name, facts.url, sorted(facts.events)
    if is_moved:
        webhook.quiet_until = webhook.failing_since = None
    after = _settings_of(webhook)
    if before != after or is_moved:
        _record("webhook changed", webhook, now, by, before=before, after=after | {"is_moved": is_moved})
    db.session.flush()
    wake(DELIVER)


def change_secret(webhook: Webhook, *, now: datetime, by: int | None = None) -> str:
    """A new secret, which is the answer. The one before signs as well for a day, so that nothing is refused."""
    webhook.earlier_secret, webhook.earlier_until = webhook.secret, now + EARLIER_SECRET_WORKS
    webhook.secret = new_secret()
    _record("webhook secret changed", webhook, now, by)
    db.session.flush()
    return webhook.secret


def stop_webhook(webhook: Webhook, *, now: datetime, by: int | None = None) -> None:
    """Send it nothing more, and note nothing more for it; what waits, waits."""
    if webhook.stopped_at is None:
        webhook.stopped_at, webhook.stopped_why = now, ""
        _record("webhook stopped", webhook, now, by)
        db.session.flush()


def resume_webhook(webhook: Webhook, *, now: datetime, by: int | None = None) -> None:
    """What waits goes out, and what happens from now on is told."""
    if webhook.stopped_at is not None:
        webhook.stopped_at, webhook.stopped_why, webhook.letter_due_at = None, "", None
        webhook.failing_since = webhook.quiet_until = None
        _record("webhook resumed", webhook, now, by)
        db.session.flush()
        wake(DELIVER)


def delete_webhook(webhook: Webhook, *, now: datetime, by: int | None = None) -> None:
    """It goes with its secret and all that was noted for it: what waits is never sent. Take it as one that is to go."""
    _record("webhook deleted", webhook, now, by, before=_settings_of(webhook))
    db.session.delete(webhook)
    db.session.flush()


def send_test(webhook: Webhook, *, now: datetime, by: int | None = None) -> None:
    """Have an event sent that says nothing, now, whatever failed before. Refused while it is stopped."""
    _refuse_if_stopped(webhook)
    webhook.quiet_until = None
    note_events(TEST, [{"webhook": webhook.reference}], now, [webhook.id])
    _record("webhook test sent", webhook, now, by)


def send_again(delivery: WebhookDelivery, *, now: datetime, by: int | None = None) -> None:
    """Send it once more, now, with as many tries as a new one. Refused while its webhook is stopped."""
    _refuse_if_stopped(delivery.webhook)
    _put_back(delivery, now)
    delivery.webhook.quiet_until = None
    _record("webhook event sent again", delivery.webhook, now, by, after={"event": delivery.event.reference})
    db.session.flush()
    wake(DELIVER)


def retry_deliveries(references: Collection[str], now: datetime) -> Retried:
    """Have deliveries that were given up tried once more. Refused when none of those named is there any more."""
    found = deliveries_to_retry(references, MOST_RETRIED)
    if not found:
        raise Refused("None of them is there any more.")
    for delivery in found:
        _put_back(delivery, now)
    db.session.flush()
    wake(DELIVER)
    return Retried(len(found))


def _put_back(delivery: WebhookDelivery, now: datetime) -> None:
    delivery.due_at, delivery.delivered_at, delivery.attempts, delivery.last_error = now, None, 0, None


def _refuse_if_stopped(webhook: Webhook) -> None:
    if webhook.stopped_at is not None:
        raise Refused(f"{webhook.name} is stopped. Resume it first.")


def _check(facts: WebhookFacts, resolve: Resolve) -> None:
    if not facts.name or len(facts.name) > LONGEST_NAME or not is_fit(facts.name):
        raise InvalidInput(f"A webhook needs a name of at most {LONGEST_NAME} characters.")
    if not facts.events or not set(facts.events) <= EVENTS.keys():
        raise InvalidInput("Choose at least one kind of event.")
    policy = address_policy()
    try:
        checked_addresses(read_target(facts.url, policy), policy, resolve)
    except AddressRefused as refusal:
        raise UnusableAddress(str(refusal)) from refusal


def _settings_of(webhook: Webhook) -> dict[str, Any]:
    """For the audit: an address is told without what may be a key in it."""
    return {
        "name": webhook.name,
        "address": shown_address(webhook.url, address_policy()),
        "events": list(webhook.events),
    }


def _record(
    action: str,
    webhook: Webhook,
    now: datetime,
    by: int | None,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    record_act_by(action, f"webhook {webhook.reference}", at=now, by=by, before=before, after=after)
