"""What the pages of webhooks say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from survey_app.api.webhooks.addresses import Policy, shown_address
from survey_app.api.webhooks.events import EVENTS, TEST
from survey_app.api.webhooks.models import Webhook, WebhookDelivery, WebhookTry
from survey_app.api.webhooks.queries import how_many_are_told
from survey_app.api.webhooks.schedule import MOST_TRIES
from survey_app.kernel.clock import LONDON
from survey_app.web.features import Feature
from survey_app.web.templates import day_and_time as in_london

Tag = tuple[str, str]


@dataclass(frozen=True)
class WebhookRow:
    """One webhook; `state` is a kind of tag and its words, `why` a sentence about it."""

    reference: str
    name: str
    address: str
    events: list[str]
    state: Tag
    why: str
    is_stopped: bool
    two_secrets_until: str


@dataclass(frozen=True)
class DeliveryRow:
    """One event for one address."""

    event: str
    what: str
    kind: str
    at: str
    state: Tag
    answer: str
    tries: str
    next_at: str


@dataclass(frozen=True)
class TryRow:
    at: str
    answer: str
    milliseconds: str


def webhook_row(webhook: Webhook, policy: Policy, now: datetime) -> WebhookRow:
    until = webhook.earlier_until
    return WebhookRow(
        reference=webhook.reference,
        name=webhook.name,
        address=shown_address(webhook.url, policy),
        events=[EVENTS.get(kind, kind) for kind in EVENTS if kind in webhook.events],
        state=_state(webhook),
        why=_why(webhook),
        is_stopped=webhook.stopped_at is not None,
        two_secrets_until=in_london(until) if until is not None and until > now else "",
    )


def answer(rows: Sequence[WebhookRow]) -> tuple[str, str]:
    """The sentence of the list."""
    if not rows:
        return (
            "No other system is told what happens here.",
            "Add one, and it hears at once, without asking again and again.",
        )
    told = sum(not row.is_stopped for row in rows)
    failing = sum(row.state[1] == "Failing" for row in rows)
    stopped = len(rows) - told
    claim = "1 system is told." if told == 1 else f"{told or 'No'} systems are told."
    trouble = [f"{failing} of them {'takes' if failing == 1 else 'take'} nothing at the moment."] if failing else []
    trouble += [f"{stopped} {'is' if stopped == 1 else 'are'} stopped."] if stopped else []
    return claim, " ".join(trouble) or "All of them answer."


def delivery_rows(deliveries: Sequence[WebhookDelivery], last: dict[int, WebhookTry]) -> list[DeliveryRow]:
    return [delivery_row(row, last.get(row.id)) for row in deliveries]


def delivery_row(row: WebhookDelivery, last: WebhookTry | None) -> DeliveryRow:
    return DeliveryRow(
        event=row.event.reference,
        what="A test" if row.event.kind == TEST else EVENTS.get(row.event.kind, row.event.kind),
        kind=row.event.kind,
        at=in_london(row.event.at),
        state=_delivery_state(row),
        answer=_answered(last) if last is not None else "",
        tries=f"{row.attempts} of {MOST_TRIES}" if row.delivered_at is None else f"{row.attempts}",
        next_at=in_london(row.due_at) if row.due_at is not None and row.attempts else "",
    )


def try_rows(tries: Sequence[WebhookTry]) -> list[TryRow]:
    return [
        TryRow(f"{in_london(each.at)}:{each.at.astimezone(LONDON):%S}", _answered(each), f"{each.milliseconds:,} ms")
        for each in tries
    ]


def _answered(tried: WebhookTry) -> str:
    status = "" if tried.status is None else f"{tried.status}"
    return f"{status}. {tried.error}" if status and tried.error else status or tried.error


def _state(webhook: Webhook) -> Tag:
    if webhook.stopped_at is not None:
        return ("concern", "Stopped by itself") if webhook.stopped_why else ("neutral", "Stopped")
    return ("concern", "Failing") if webhook.failing_since is not None else ("common", "Works")


def _why(webhook: Webhook) -> str:
    if webhook.stopped_at is not None:
        since = f"Since {in_london(webhook.stopped_at)}."
        return f"{webhook.stopped_why} {since}".strip()
    if webhook.failing_since is not None:
        return f"It has taken nothing since {in_london(webhook.failing_since)}."
    return ""


def _delivery_state(row: WebhookDelivery) -> Tag:
    if row.delivered_at is not None:
        return "common", "Delivered"
    if row.due_at is None:
        return "concern", "Given up"
    return ("concern", "Failed") if row.attempts else ("neutral", "Waiting")


def webhooks_feature() -> Feature:
    """How webhooks stand among the features."""
    told = how_many_are_told()
    why = f"Systems that are told: {told}." if told else "No other system is told what happens here."
    return Feature("Webhooks", told > 0, why, page="webhooks.index")


def webhooks_state() -> str:
    """How they stand in the list of settings."""
    told = how_many_are_told()
    return f"{told} told" if told else "nobody is told"
