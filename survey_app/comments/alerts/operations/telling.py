"""Telling the inbox of a kind: once when an alert is raised, and once more when nobody acknowledges it in time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from flask import current_app

from survey_app.accounts.operations import letter_to_staff, send_after_answer
from survey_app.audit.operations import record_act_by
from survey_app.comments.alerts.letters import Letter, alert_letter, test_letter
from survey_app.comments.alerts.models import Alert, AlertKind
from survey_app.comments.alerts.queries import letter_is_due, letters_to_retry
from survey_app.comments.alerts.recipients import Inboxes
from survey_app.extensions import db
from survey_app.kernel.errors import Refused
from survey_app.kernel.tokens import new_reference
from survey_app.messaging.email import Email
from survey_app.messaging.operations import Letters, Outcome, send_due
from survey_app.messaging.ways import mail_transport
from survey_app.organisation.models import Service
from survey_app.organisation.queries import the_council, with_those_above
from survey_app.settings import Settings
from survey_app.work.backlog import Retried
from survey_app.work.jobs import wake

ALERTS_PAGE = "/comments/alerts/"
KINDS_PAGE = "/admin/alerts/"
MOST_AT_ONCE = 1000


def send_alerts(now: datetime, worker: str) -> int:
    """Send the letters that are due; how many alerts were dealt with."""
    return send_due(_LETTERS, mail_transport(_settings()), worker, now)


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


def _settle(row: Alert, outcome: Outcome, now: datetime) -> None:
    """One inbox that took the letter is enough: somebody knows."""
    if row.sent_at is not None:
        row.reminded_at, row.letter_due_at = (now if outcome.taken_by else None), None
    elif outcome.taken_by:
        time = timedelta(minutes=row.kind.answer_within_minutes)
        row.sent_at, row.sent_to = now, outcome.taken_by[0]
        row.letter_due_at = row.due_at if row.due_at > now else now + time  # whoever is told late has as long
    elif outcome.error is not None:  # the inbox takes no letters: if there is another, it is told when time is over
        row.sent_at, row.letter_due_at = now, row.due_at if row.kind.other_inbox else None
    else:
        row.letter_due_at = None  # nobody is to be told: a page alone shows it


def _written(row: Alert, _now: datetime) -> list[Email]:
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


_LETTERS = Letters(
    "letters about alerts",
    Alert,
    letter_is_due,
    _written,
    _settle,
    order_by=Alert.letter_due_at,
    longest_wait=timedelta(minutes=15),
)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
