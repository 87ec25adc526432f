"""Writing to owners about what is due, and to residents whether it was put right. What goes to staff holds no personal
data; what goes to a resident holds a link and no details.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, select

from survey_app.accounts.operations import letter_to_staff
from survey_app.actions.followups.due import is_late, next_reminder
from survey_app.actions.followups.letters import reminder_letter, verdict_letter
from survey_app.actions.followups.operations.standing import note_state
from survey_app.actions.followups.queries import details_of, to_ask, to_remind
from survey_app.actions.followups.verdicts import OPEN_FOR
from survey_app.actions.models import FollowUp, FollowUpState
from survey_app.contacts.queries import asking_rules
from survey_app.extensions import db, reading, transaction
from survey_app.invitations.wording import in_sentence
from survey_app.kernel.clock import london_day
from survey_app.kernel.tokens import new_token, token_digest
from survey_app.messaging.email import Email, EmailTransport, email_transport
from survey_app.messaging.errors import SendError, ServerTrouble
from survey_app.messaging.ways import transports
from survey_app.organisation.queries import council_nation, the_council
from survey_app.settings import Settings
from survey_app.web.language import spoken_in
from survey_app.web.templates import translated
from survey_app.work.operations import claim, release

log = logging.getLogger(__name__)

PAGE = "/actions/follow-ups/"
VERDICT_PAGE = "/v/"
BATCH = 10
LEASE = timedelta(minutes=6)  # longer than so many slow talks with a mail server
MOST_ATTEMPTS = 8


@dataclass(frozen=True)
class _Kind:
    """One kind of message: whose turn it is, its words (None: there is nobody to write to), and what follows."""

    name: str
    is_due: Callable[[datetime], tuple[ColumnElement[bool], ...]]
    write: Callable[[FollowUp, datetime], Email | None]
    settle: Callable[[FollowUp, datetime, bool], None]  # was it sent?


def remind_owners(now: datetime, worker: str) -> int:
    """Write to owners one working day before something is due, and on the first day it is late; how many."""
    settings = _settings()
    return _send_all(_REMINDER, email_transport(settings.mail_url, settings.instance_path / "outbox"), worker, now)


def ask_verdicts(now: datetime, worker: str) -> int:
    """Ask residents whether it was put right, an hour after it was closed; how many."""
    with reading(), transaction():
        template = asking_rules().notify_email_template
    return _send_all(_QUESTION, transports(_settings(), email_template=template).email, worker, now)


def _send_all(kind: _Kind, transport: EmailTransport, worker: str, now: datetime) -> int:
    """Claim a batch, and send one after the other. While the mail server is in trouble they all wait."""
    with transaction():
        claimed = claim(
            FollowUp,
            *kind.is_due(now),
            worker=worker,
            now=now,
            lease=LEASE,
            most=BATCH,
            order_by=FollowUp.id,
            is_attempt=False,
        )
        waiting = sorted(row.id for row in claimed)
    done = 0
    with closing(transport):
        while waiting:
            try:
                _send(kind, waiting[0], transport, worker, now)
            except ServerTrouble as trouble:
                log.warning("%s wait: %s", kind.name, trouble)
                break
            waiting.pop(0)
            done += 1
    with transaction():
        for follow_up_id in waiting:
            if (row := _held(follow_up_id, worker)) is not None:
                release(row)
    return 0 if waiting else done


def _send(kind: _Kind, follow_up_id: int, transport: EmailTransport, worker: str, now: datetime) -> None:
    """Write, send and note one message. ServerTrouble, which says nothing of the message, is passed on."""
    with transaction():
        row = _held(follow_up_id, worker, *kind.is_due(now))
        is_due = row is not None
        email = kind.write(row, now) if row is not None else None
    error: SendError | None = None
    if email is not None:
        try:
            transport.send(email)
        except SendError as refusal:
            error = refusal
    with transaction():
        row = _held(follow_up_id, worker)
        if row is None:
            return  # the lease ran out on the way, and another worker has it now
        if not is_due:
            release(row)
            return
        release(row, error=str(error) if error else None)
        row.attempts += 1
        if error is None or error.is_permanent or row.attempts >= MOST_ATTEMPTS:
            row.attempts = 0
            kind.settle(row, now, email is not None and error is None)


def _write_reminder(row: FollowUp, now: datetime) -> Email | None:
    if row.owner is None or not row.owner.active:
        return None
    due_on, what = _due(row)
    letter = reminder_letter(
        row.reference,
        row.service.name,
        what=what,
        due_on=due_on,
        is_late=is_late(due_on, london_day(now), council_nation()),
        page=f"{_settings().base_url}{PAGE}{row.reference}",
    )
    message_id = f"{row.reference}.{london_day(now):%Y%m%d}.reminder"
    return letter_to_staff(message_id, recipient=row.owner.email, subject=letter.subject, text=letter.text)


def _settle_reminder(row: FollowUp, now: datetime, _was_sent: bool) -> None:
    row.remind_on = next_reminder(_due(row)[0], council_nation(), after=london_day(now))


def _write_question(row: FollowUp, now: datetime) -> Email | None:
    """The token's digest is stored before the letter goes out, so that the link works from the first second."""
    address = details_of(row).get("email")
    if address is None:
        return None
    token, council = new_token(), the_council()
    row.verdict_token_sha256, row.verdict_asked_at = token_digest(token), now
    link = f"{_settings().base_url}{VERDICT_PAGE}{token}"
    with spoken_in(row.response.answered_in):
        letter = verdict_letter(
            in_sentence(row.service.name),
            council=council.name,
            link=link,
            open_until=london_day(now + OPEN_FOR),
            translated=translated,
        )
    return Email(
        message_id=f"{row.reference}.{london_day(now):%Y%m%d}.verdict",
        sender_name=council.sender_name,
        sender_email=council.sender_email,
        recipient=address,
        subject=letter.subject,
        text=letter.text,
        links=(link,),
    )


def _settle_question(row: FollowUp, now: datetime, was_sent: bool) -> None:
    row.verdict_due_at = None
    if was_sent:
        note_state(row, "Asked by e-mail whether it was put right.", now=now, by=None)
    else:
        row.verdict_token_sha256 = row.verdict_asked_at = None
        note_state(row, "The e-mail that asks whether it was put right could not be sent.", now=now, by=None)


_REMINDER = _Kind("reminders of follow-ups", to_remind, _write_reminder, _settle_reminder)
_QUESTION = _Kind("questions about follow-ups", to_ask, _write_question, _settle_question)


def _due(row: FollowUp) -> tuple[date, str]:
    if row.state is FollowUpState.NEW and row.first_contact_at is None:
        return row.contact_due_on, "contact"
    return row.close_due_on, "closing"


def _held(follow_up_id: int, worker: str, *conditions: ColumnElement[bool]) -> FollowUp | None:
    """The row while this worker holds it, and, with conditions, while it still is its turn."""
    held = select(FollowUp).where(FollowUp.id == follow_up_id, FollowUp.claimed_by == worker, *conditions)
    return db.session.scalar(held.with_for_update(of=FollowUp).execution_options(populate_existing=True))


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
