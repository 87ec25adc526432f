"""A council whose answers are told to a listener on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from survey_app.api.webhooks.events import EVENTS
from survey_app.api.webhooks.models import Webhook, WebhookDelivery
from survey_app.api.webhooks.operations import WebhookFacts, add_webhook, deliver_webhooks
from survey_app.api.webhooks.operations.noting import note_events
from survey_app.extensions import db, transaction
from survey_app.kernel.clock import utc_now
from tests.factories import make_council
from tests.listener import Listener, listener


@pytest.fixture
def ear() -> Iterator[Listener]:
    with listener() as found:
        yield found


@pytest.fixture
def council(app: Flask) -> None:
    with transaction():
        make_council()


@pytest.fixture
def hook(council: None, ear: Listener) -> Webhook:
    return tell_of_all("Case management", ear.url)


def tell_of_all(name: str, url: str) -> Webhook:
    with transaction():
        return add_webhook(WebhookFacts(name, url, tuple(EVENTS)), now=utc_now())


def happen(*webhooks: Webhook, n: int = 1, at: datetime | None = None) -> None:
    """An answer comes, and these are to be told."""
    facts = [{"response": f"R{number}"} for number in range(n)]
    with transaction():
        note_events("response.recorded", facts, at or utc_now(), [webhook.id for webhook in webhooks])


def run(now: datetime | None = None) -> int:
    done = deliver_webhooks(now or utc_now(), "test")
    db.session.expire_all()
    return done


def run_until_quiet(now: datetime | None = None) -> None:
    while run(now):
        pass


def deliveries() -> list[WebhookDelivery]:
    db.session.expire_all()
    return list(db.session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)))


def later(**past: float) -> datetime:
    return utc_now() + timedelta(**past)
