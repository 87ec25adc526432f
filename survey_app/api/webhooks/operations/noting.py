"""What happened becomes rows in its own transaction, and is forgotten after a while."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from survey_app.api.webhooks.events import EVENTS
from survey_app.api.webhooks.models import Webhook, WebhookDelivery, WebhookEvent
from survey_app.api.webhooks.queries import LOG_KEPT, wanting
from survey_app.extensions import db, transaction
from survey_app.kernel.tokens import new_reference
from survey_app.work.happenings import Facts
from survey_app.work.jobs import wake

DELIVER = "deliver_webhooks"
FORGOTTEN_AT_ONCE = 500


def note_happening(kind: str, facts: Facts, at: datetime) -> None:
    """Have this told to every webhook that wants it; in the caller's transaction. One read where none does."""
    if kind not in EVENTS:
        return
    webhooks = wanting(kind)
    if webhooks:
        note_events(kind, facts(), at, webhooks)


def note_events(kind: str, facts: Iterable[Mapping[str, Any]], at: datetime, webhooks: Sequence[int]) -> None:
    """One event for each of the facts, and a delivery of it to each of these webhooks."""
    events = [WebhookEvent(reference=f"msg_{new_reference(20)}", kind=kind, at=at, data=dict(data)) for data in facts]
    db.session.add_all(events)
    db.session.add_all(
        WebhookDelivery(webhook_id=each, event=event, due_at=at) for event in events for each in webhooks
    )
    db.session.flush()
    wake(DELIVER)


def forget_webhook_log(now: datetime, _worker: str = "") -> int:
    """Delete a batch of events that are 30 days old, with their deliveries and tries, and secrets that have ended; how
    many events."""
    with transaction():
        ended = select(Webhook).where(Webhook.earlier_until <= now).with_for_update(key_share=True)
        for webhook in db.session.scalars(ended):
            webhook.earlier_secret = webhook.earlier_until = None
        old = select(WebhookEvent.id).where(WebhookEvent.at < now - LOG_KEPT).limit(FORGOTTEN_AT_ONCE)
        ids = db.session.scalars(old).all()
        db.session.execute(delete(WebhookEvent).where(WebhookEvent.id.in_(ids)))
        return len(ids)
