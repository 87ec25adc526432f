"""Telling the inbox of a kind: once when an alert is raised, and once more when nobody acknowledges it in time."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from contextlib import closing
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, select

from survey_app.accounts.operations import letter_to_staff, send_after_answer
from survey_app.audit.operations import record_act_by
from survey_app.comments.alerts.letters import Letter, alert_letter, test_letter
from survey_app.comments.alerts.models import Alert, AlertKind
from survey_app.comments.alerts.queries import letter_is_due, letters_to_retry
from survey_app.comments.alerts.recipients import Inboxes
from survey_app.extensions import db, transaction
from survey_app.kernel.errors import Refused
from survey_app.kernel.tokens import new_reference
from survey_app.messaging.email import Email, EmailTransport, email_transport
from survey_app.messaging.errors import SendError, ServerTrouble
from survey_app.organisation.models import Service
from survey_app.organisation.queries import the_council, with_those_above
from survey_app.settings import Settings
from survey_app.work.backlog import Retried
from survey_app.work.jobs import wake
from survey_app.work.operations import claim, release

log = logging.getLogger(__name__)

ALERTS_PAGE = "/comments/alerts/"
KINDS_PAGE = "/admin/alerts/"
BATCH = 10
LEASE = timedelta(minutes=6)  # longer than so many slow talks with a mail server
MOST_ATTEMPTS = 8
LONGEST_WAIT = timedelta(minutes=15)  # between two tries
MOST_AT_ONCE = 1000


def send_alerts(now: datetime, worker: str) -> int:
    """Send the letters that are due; how many alerts were dealt with. While the mail server is in trouble all wait."""
    settings = _settings()
    with transaction():
        claimed = claim(
            Alert,
            *letter_is_due(now),
            worker=worker,
            now=now,
            lease=LEASE,
            most=BATCH,
            order_by=Alert.letter_due_at,
            is_attempt=False,
        )
        waiting = [row.id for row in sorted(claimed, key=lambda row: row.id)]
    done = 0
    with closing(email_transport(settings.mail_url, settings.instance_path / "outbox")) as transport:
        while waiting:
            try:
                _send(waiting[0], transport, worker, now)
            except ServerTrouble as trouble:
                log.warning("letters about alerts wait: %s", trouble)
                break
            waiting.pop(0)
            done += 1
    with transaction():
        for alert_id in waiting:
            if (row := _held(alert_id, worker)) is not None:
                release(row)
    return 0 if waiting else done


def retry_letters(references: Collection[str], now: datetime) -> Retried:
    """Have letters that were given up sent after all. Refused when none of those named is there any more."""
    found = letters_to_retry(references, MOST_AT_ONCE)
    if not found:
        raise Refused("None of them is there any more.")
    for alert in found:
        alert.sent_at, alert.letter_due_at, alert.attempts, alert.last_error = None, now, 0, None
    db.session.flush()
    wake("send_alerts")
    return Retried(len(found))


def send_test(kind: AlertKind, *, now: datetime, by: int) -> int:
    """Write to both inboxes of a kind when this request is answered; to how many."""
    addresses = [address for address in dict.fromkeys((kind.inbox, kind.other_inbox)) if address]
    letter = test_letter(kind.name, council=the_council().name, page=f"{_settings().base_url}{KINDS_PAGE}{kind.code}")
    for address in addresses:
        message_id = f"{new_reference()}.alert-test"
        send_after_answer(letter_to_staff(message_id, recipient=address, subject=letter.subject, text=letter.text))
    record_act_by("alerts.test sent", kind.code, at=now, by=by, after={"letters": len(addresses)})
    return len(addresses)


def _send(alert_id: int, transport: EmailTransport, worker: str, now: datetime) -> None:
    """Write, send and note the letters about one alert. ServerTrouble, which says nothing of them, is passed on."""
    with transaction():
        row = _held(alert_id, worker, *letter_is_due(now))
        is_due = row is not None
        emails = _emails(row) if row is not None else []
    error: SendError | None = None
    taken = []
    for email in emails:
        try:
            transport.send(email)
            taken.append(email.recipient)
        except SendError as refusal:
            error = refusal
    with transaction():
        row = _held(alert_id, worker)
        if row is None:
            return  # the lease ran out on the way, and another worker has it now
        if not is_due:
            release(row)
            row.letter_due_at = None
            return
        _settle(row, taken, error, now)


def _settle(row: Alert, taken: Sequence[str], error: SendError | None, now: datetime) -> None:
    """What came of it. One inbox that took the letter is enough: somebody knows."""
    release(row, error=str(error) if error and not taken else None)
    row.attempts += 1
    if error is not None and not taken and not error.is_permanent and row.attempts < MOST_ATTEMPTS:
        row.letter_due_at = now + min(timedelta(minutes=2**row.attempts), LONGEST_WAIT)
        return
    row.attempts = 0
    if row.sent_at is not None:
        row.reminded_at, row.letter_due_at = (now if taken else None), None
    elif taken:
        time = timedelta(minutes=row.kind.answer_within_minutes)
        row.sent_at, row.sent_to = now, taken[0]
        row.letter_due_at = row.due_at if row.due_at > now else now + time  # whoever is told late has as long
    elif error is not None:  # the inbox takes no letters: where there is another, it is told when the time is over
        row.sent_at, row.letter_due_at = now, row.due_at if row.kind.other_inbox else None
    else:
        row.letter_due_at = None  # nobody is to be told: a page alone shows it


def _emails(row: Alert) -> list[Email]:
    kind, response = row.kind, row.response
    inboxes = Inboxes(kind.inbox, kind.inbox_service_id, kind.other_inbox)
    is_reminder = row.sent_at is not None
    addresses = inboxes.told_of(with_those_above(response.service_id), is_reminder=is_reminder)
    if not addresses:
        return []
    service = db.session.get_one(Service, response.service_id)
    letter: Letter = alert_letter(
        kind.name,
        service=service.name,
        channel=response.channel.label if response.channel else "",
        day=response.counts_on,
        minutes=kind.answer_within_minutes,
        page=f"{_settings().base_url}{ALERTS_PAGE}{row.reference}",
        is_reminder=is_reminder,
    )
    name = "reminder" if is_reminder else "alert"
    return [
        letter_to_staff(f"{row.reference}.{place}.{name}", recipient=address, subject=letter.subject, text=letter.text)
        for place, address in enumerate(addresses)
    ]


def _held(alert_id: int, worker: str, *conditions: ColumnElement[bool]) -> Alert | None:
    """The row while this worker holds it, and, with conditions, while its letter is still due."""
    held = select(Alert).where(Alert.id == alert_id, Alert.claimed_by == worker, *conditions)
    return db.session.scalar(held.with_for_update(of=Alert).execution_options(populate_existing=True))


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
