"""Reading webhooks, what waits for them, and what their addresses answered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import contains_eager

from survey_app.api.webhooks.addresses import Policy
from survey_app.api.webhooks.models import Webhook, WebhookDelivery, WebhookEvent, WebhookTry
from survey_app.extensions import db
from survey_app.kernel.errors import NotFound
from survey_app.settings import Settings
from survey_app.work.backlog import Backlog, GivenUpRow
from survey_app.work.operations import is_free
from survey_app.work.queries import backlog_of

LOG_KEPT = timedelta(days=30)
MOST_SHOWN = 100


def address_policy() -> Policy:
    """Where webhooks of this installation may go."""
    settings: Settings = current_app.extensions["settings"]
    return Policy(settings.webhook_hosts, settings.is_loopback)


def all_webhooks() -> Sequence[Webhook]:
    """Every webhook, those that work first, by name."""
    return db.session.scalars(
        select(Webhook).order_by(Webhook.stopped_at.is_not(None), func.lower(Webhook.name), Webhook.id)
    ).all()


def how_many_are_told() -> int:
    """Other systems that hear what happens: staff may stop one, and days of failures do."""
    return db.session.scalar(select(func.count(Webhook.id)).where(Webhook.stopped_at.is_(None))) or 0


def webhook_by_reference(reference: str, *, is_locked: bool = False, is_to_go: bool = False) -> Webhook:
    """Locked for a change, or as one that is to go: then nothing is noted for it meanwhile."""
    query = select(Webhook).where(Webhook.reference == reference)
    if is_locked or is_to_go:
        query = query.with_for_update(key_share=not is_to_go)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound("There is no such webhook.")
    return found


def locked_webhook_of(delivery_id: int) -> Webhook | None:
    """The webhook of a delivery, as it is now and locked."""
    of_it = select(Webhook).join(WebhookDelivery).where(WebhookDelivery.id == delivery_id)
    locked = of_it.with_for_update(of=Webhook, key_share=True)
    return db.session.scalar(locked.execution_options(populate_existing=True))


def wanting(kind: str) -> list[int]:
    """The ids of those that are told of this kind, and not stopped. None of them is deleted before the transaction
    ends, which could not tell it otherwise; one that is being deleted is left out."""
    live = select(Webhook.id, Webhook.events).where(Webhook.stopped_at.is_(None))
    kept = db.session.execute(live.with_for_update(read=True, key_share=True, skip_locked=True))
    return [webhook_id for webhook_id, events in kept if kind in events]


def is_due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Of deliveries joined with their webhook: a try may be made now."""
    return (
        WebhookDelivery.due_at <= now,
        Webhook.stopped_at.is_(None),
        or_(Webhook.quiet_until.is_(None), Webhook.quiet_until <= now),
    )


def due_webhooks(now: datetime, most: int) -> Sequence[int]:
    """The ids of those for which something is due that nobody holds, the one that waits longest first."""
    return db.session.scalars(
        select(WebhookDelivery.webhook_id)
        .join(Webhook)
        .where(*is_due(now), is_free(WebhookDelivery, now))
        .group_by(WebhookDelivery.webhook_id)
        .order_by(func.min(WebhookDelivery.due_at))
        .limit(most)
    ).all()


def deliveries_waiting(now: datetime) -> Backlog:
    """What is due and not stopped; of what was given up, that which may still be sent again."""
    waiting = select(WebhookDelivery.due_at).join(Webhook).where(*is_due(now))
    return backlog_of(waiting, select(WebhookDelivery.id).join(Webhook).where(*_given_up()))


def given_up_deliveries(most: int, _now: datetime) -> list[GivenUpRow]:
    """Deliveries that were tried for days, the newest first."""
    rows = db.session.scalars(_deliveries(*_given_up()).limit(most))
    return [
        GivenUpRow(
            f"{row.webhook.reference}.{row.event.reference}",
            f"{row.webhook.name}: {row.event.kind}",
            row.last_error or "",
            row.attempts,
            row.event.at,
        )
        for row in rows
    ]


def deliveries_to_retry(references: Collection[str], most: int) -> Sequence[WebhookDelivery]:
    """Of those that were given up these, or all."""
    found = db.session.scalars(_deliveries(*_given_up()).limit(most)).all()
    return [row for row in found if not references or f"{row.webhook.reference}.{row.event.reference}" in references]


def latest_deliveries(webhook: Webhook) -> Sequence[WebhookDelivery]:
    """The newest, with their events."""
    of_it = WebhookDelivery.webhook_id == webhook.id
    return db.session.scalars(_deliveries(of_it).limit(MOST_SHOWN)).all()


def last_tries(deliveries: Sequence[WebhookDelivery]) -> dict[int, WebhookTry]:
    """The last try of each, by the delivery's id."""
    ids = [row.id for row in deliveries]
    newest = select(func.max(WebhookTry.id)).where(WebhookTry.delivery_id.in_(ids)).group_by(WebhookTry.delivery_id)
    return {
        found.delivery_id: found for found in db.session.scalars(select(WebhookTry).where(WebhookTry.id.in_(newest)))
    }


def delivery_of(webhook: Webhook, event: str) -> WebhookDelivery:
    """What was told this webhook of an event, by the event's reference."""
    of_both = (WebhookDelivery.webhook_id == webhook.id, WebhookEvent.reference == event)
    found = db.session.scalar(_deliveries(*of_both))
    if found is None:
        raise NotFound("There is no such delivery.")
    return found


def tries_of(delivery: WebhookDelivery) -> Sequence[WebhookTry]:
    """All of its tries, the newest first."""
    of_it = WebhookTry.delivery_id == delivery.id
    return db.session.scalars(select(WebhookTry).where(of_it).order_by(WebhookTry.id.desc())).all()


def waiting_of(webhook: Webhook) -> int:
    """How many deliveries are not over."""
    open_ones = (WebhookDelivery.webhook_id == webhook.id, WebhookDelivery.due_at.is_not(None))
    return db.session.scalar(select(func.count()).select_from(WebhookDelivery).where(*open_ones)) or 0


def _given_up() -> tuple[ColumnElement[bool], ...]:
    return (
        WebhookDelivery.due_at.is_(None),
        WebhookDelivery.delivered_at.is_(None),
        Webhook.stopped_at.is_(None),
    )


def _deliveries(*conditions: ColumnElement[bool]) -> Select[WebhookDelivery]:
    return (
        select(WebhookDelivery)
        .join(WebhookDelivery.webhook)
        .join(WebhookDelivery.event)
        .where(*conditions)
        .options(contains_eager(WebhookDelivery.webhook), contains_eager(WebhookDelivery.event))
        .order_by(WebhookDelivery.id.desc())
    )
