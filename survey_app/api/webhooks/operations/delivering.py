"""Sending what is due. Addresses are told side by side, each one thing after the other, so that a slow one keeps none
of the others waiting; and one that has just failed is left alone for a while."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import SimpleQueue
from time import monotonic

from survey_app.api.webhooks.addresses import Policy, Resolve, resolve_host
from survey_app.api.webhooks.events import body_of
from survey_app.api.webhooks.models import Webhook, WebhookDelivery, WebhookTry
from survey_app.api.webhooks.posting import GONE, LONGEST_ERROR, Outcome, Posting, post
from survey_app.api.webhooks.queries import address_policy, due_webhooks, locked_webhook_of
from survey_app.api.webhooks.schedule import asked_for, is_given_up, next_try, quiet_until
from survey_app.api.webhooks.signing import signed_headers
from survey_app.audit.operations import record_act
from survey_app.extensions import db, transaction
from survey_app.work.jobs import is_ending, wake
from survey_app.work.operations import claim, held, release

MOST_ADDRESSES = 8  # told side by side
SHARE = 20  # of one address in one turn
TURN_SECONDS = 20.0  # after which an address goes to the end of the queue
LEASE = timedelta(minutes=3)  # longer than a turn and one slow answer
TELL_STOPPED = "tell_of_webhooks"
USER_AGENT = "CouncilSurvey-Webhooks/1"
ASKS_TO_WAIT = "It asks us to wait."


@dataclass(frozen=True)
class _Due:
    delivery_id: int
    posting: Posting


Settled = tuple[int, Outcome | None]  # a delivery, and what came of it; None: it was not tried


def deliver_webhooks(now: datetime, worker: str, *, resolve: Resolve = resolve_host) -> int:
    """Try what is due at up to so many addresses; how many deliveries were tried. Killed on the way, those in flight go
    out twice, with the id by which their receiver knows that."""
    with transaction():
        shares = [_claim_share(webhook_id, worker, now) for webhook_id in due_webhooks(now, MOST_ADDRESSES)]
    shares = [share for share in shares if share]
    if not shares:
        return 0
    policy, said = address_policy(), SimpleQueue[Settled]()
    left, tried = sum(map(len, shares)), 0
    ends = _Ends()
    with ThreadPoolExecutor(len(shares), thread_name_prefix="webhook") as threads:
        for share in shares:
            threads.submit(_tell, share, policy, resolve, said, ends)
        for delivery_id, outcome in _next(said, left, ends):
            with transaction():
                tried += _settle(delivery_id, outcome, worker, now)
    return tried


class _Ends:
    """Whether a thread may begin with another one."""

    def __init__(self) -> None:
        self._at = monotonic() + TURN_SECONDS
        self.is_told = False

    def __bool__(self) -> bool:
        return self.is_told or monotonic() > self._at


def _next(said: SimpleQueue[Settled], left: int, ends: _Ends) -> Iterator[Settled]:
    """As they come; told to end, the worker lets the threads finish what is in their hands."""
    for _ in range(left):
        yield said.get()
        ends.is_told = ends.is_told or is_ending()


def _tell(share: Sequence[_Due], policy: Policy, resolve: Resolve, said: SimpleQueue[Settled], ends: _Ends) -> None:
    """One address: until it fails once. Each of the share is answered for, whatever goes wrong."""
    has_failed = False
    for due in share:
        outcome: Outcome | None = None
        if not has_failed and not ends:
            try:
                outcome = post(due.posting, policy, resolve)
            except Exception as error:
                outcome = Outcome(None, 0, f"It could not be sent: {type(error).__name__}."[:LONGEST_ERROR])
            has_failed = not outcome.is_taken
        said.put((due.delivery_id, outcome))


def _claim_share(webhook_id: int, worker: str, now: datetime) -> list[_Due]:
    claimed = claim(
        WebhookDelivery,
        WebhookDelivery.webhook_id == webhook_id,
        WebhookDelivery.due_at <= now,
        worker=worker,
        now=now,
        lease=LEASE,
        most=SHARE,
        order_by=WebhookDelivery.due_at,
        is_attempt=False,
    )
    return [_Due(row.id, _posting(row, now)) for row in sorted(claimed, key=lambda row: row.event_id)]


def _posting(row: WebhookDelivery, now: datetime) -> Posting:
    webhook, event = row.webhook, row.event
    body = body_of(event.kind, event.at, event.data)
    signing = [webhook.secret]
    if webhook.earlier_secret is not None and webhook.earlier_until is not None and now < webhook.earlier_until:
        signing.append(webhook.earlier_secret)
    headers = signed_headers(event.reference, body, signing, at=now)
    return Posting(webhook.url, headers | {"Content-Type": "application/json", "User-Agent": USER_AGENT}, body)


def _settle(delivery_id: int, outcome: Outcome | None, worker: str, now: datetime) -> int:
    """Note what came of it; 1 if it was tried. Nothing where another worker has it by now, or it was deleted."""
    if outcome is None:
        if (row := held(WebhookDelivery, delivery_id, worker)) is not None:
            release(row)
        return 0
    webhook = locked_webhook_of(delivery_id)  # before its delivery, as whoever deletes it does
    row = held(WebhookDelivery, delivery_id, worker)
    if row is None or webhook is None:
        return 0
    row.attempts += 1
    tried = WebhookTry(delivery_id=row.id, at=now, status=outcome.status, milliseconds=outcome.milliseconds)
    db.session.add(tried)
    if outcome.is_taken:
        release(row)
        row.due_at, row.delivered_at = None, now
        webhook.failing_since = webhook.quiet_until = None
        return 1
    wait = asked_for(outcome.retry_after, now)
    tried.error = outcome.error or (ASKS_TO_WAIT if wait else "")
    release(row, error=outcome.error or f"It answered {outcome.status}. {tried.error}".strip())
    row.due_at = next_try(row.attempts, at=now, luck=random.random())  # noqa: S311 - only spreads tries # nosec B311
    webhook.failing_since = webhook.failing_since or now
    webhook.quiet_until = quiet_until(row.attempts, now)
    if wait is not None:
        webhook.quiet_until = max(webhook.quiet_until, now + wait)
        row.due_at = row.due_at and max(row.due_at, now + wait)
    if outcome.status == GONE:
        row.due_at = None
        _stop(webhook, "Its address answered 410: it is gone for good.", now)
    elif is_given_up(webhook.failing_since, now):
        _stop(webhook, "Its address has taken nothing for three days.", now)
    return 1


def _stop(webhook: Webhook, why: str, now: datetime) -> None:
    if webhook.stopped_at is None:
        webhook.stopped_at, webhook.stopped_why, webhook.letter_due_at = now, why, now
        subject, after = f"webhook {webhook.reference}", {"why": why}
        record_act("webhook stopped", subject, at=now, actor_kind="system", after=after)
        wake(TELL_STOPPED)
