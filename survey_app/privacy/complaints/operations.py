"""Writes about complaints: taken in, read, acknowledged, answered, and each step taken back for an hour."""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, select

from survey_app.accounts.operations import letter_to_staff
from survey_app.audit.operations import record_act_by
from survey_app.contacts.queries import asking_rules
from survey_app.contacts.reading import read_email
from survey_app.extensions import db, reading, transaction
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import Refused
from survey_app.messaging.email import Email, EmailTransport
from survey_app.messaging.errors import SendError, ServerTrouble
from survey_app.messaging.ways import transports
from survey_app.organisation.queries import council, the_council
from survey_app.privacy.complaints import letters
from survey_app.privacy.complaints.deadlines import KEEP_DAYS, acknowledge_by, can_undo
from survey_app.privacy.complaints.findings import Finding
from survey_app.privacy.complaints.queries import is_told, to_send
from survey_app.privacy.models import ComplaintLetter, DataComplaint, LetterState
from survey_app.settings import Settings
from survey_app.web.language import spoken_in
from survey_app.web.templates import day, translated
from survey_app.work.operations import claim, release

log = logging.getLogger(__name__)

BATCH = 10
LEASE = timedelta(minutes=6)  # longer than so many slow talks with a mail server
MOST_ATTEMPTS = 8
PAGE = "/data-protection/complaints/"


@dataclass(frozen=True)
class Words:
    """What stands in a complaint, decrypted."""

    body: str | None
    reply_to: str | None
    outcome: str | None

    @property
    def email(self) -> str | None:
        """The address to answer to, where what they gave is one."""
        return read_email(self.reply_to or "")


def receive(reference: str, body: str, reply_to: str, *, language: str, now: datetime) -> DataComplaint:
    """Take a complaint in, once: what is sent again from the same page is the one that is here."""
    found = db.session.scalar(select(DataComplaint).where(DataComplaint.reference == reference))
    if found is not None:
        return found
    settled = council()
    has_inbox = settled is not None and settled.data_protection_email != ""
    complaint = DataComplaint(
        reference=reference,
        body=body,
        reply_to=reply_to or None,
        language=language,
        received_at=now,
        acknowledge_by=acknowledge_by(london_day(now)),
        letter=ComplaintLetter.NOTICE if has_inbox else None,
        letter_state=LetterState.WAITING if has_inbox else None,
    )
    db.session.add(complaint)
    db.session.flush()
    return complaint


def read_words(complaint: DataComplaint, *, now: datetime, by: int) -> Words:
    """What they wrote and how to reach them. That somebody looked is written down."""
    record_act_by("complaint.read", complaint.reference, at=now, by=by)
    return _words(complaint)


def acknowledge(complaint: DataComplaint, *, by_email: bool, now: datetime, by: int) -> None:
    """Tell them that we have it: an e-mail goes out, or somebody told them in another way. Refused twice over."""
    _hold(complaint)
    if complaint.acknowledged_at is not None:
        raise Refused("This complaint is acknowledged already.")
    _check_reachable(complaint, by_email)
    complaint.acknowledged_at, complaint.handled_by = now, by
    _tell(complaint, ComplaintLetter.ACKNOWLEDGEMENT if by_email else None)
    record_act_by("complaint.acknowledged", complaint.reference, at=now, by=by, after={"by_email": by_email})


def answer(complaint: DataComplaint, finding: Finding, outcome: str, *, by_email: bool, now: datetime, by: int) -> None:
    """Tell them the outcome, which also acknowledges. From now on its words are kept for a set time."""
    _hold(complaint)
    if complaint.answered_at is not None:
        raise Refused("This complaint is answered already.")
    _check_reachable(complaint, by_email)
    complaint.answered_at, complaint.handled_by = now, by
    complaint.acknowledged_at = complaint.acknowledged_at or now
    complaint.finding, complaint.outcome = finding, outcome
    complaint.keep_until = london_day(now) + timedelta(days=KEEP_DAYS)
    _tell(complaint, ComplaintLetter.ANSWER if by_email else None)
    after = {"finding": finding.value, "by_email": by_email}
    record_act_by("complaint.answered", complaint.reference, at=now, by=by, after=after)


def undo(complaint: DataComplaint, *, now: datetime, by: int) -> None:
    """Take the last step back, within an hour and while no e-mail has told them."""
    _hold(complaint)
    if complaint.answered_at is not None and can_undo(
        complaint.answered_at, now, is_told=is_told(complaint, ComplaintLetter.ANSWER)
    ):
        if complaint.acknowledged_at == complaint.answered_at:
            complaint.acknowledged_at = None
        complaint.answered_at = complaint.finding = complaint.outcome = complaint.keep_until = None
        action = "complaint.answer taken back"
    elif (
        complaint.answered_at is None
        and complaint.acknowledged_at is not None
        and can_undo(complaint.acknowledged_at, now, is_told=is_told(complaint, ComplaintLetter.ACKNOWLEDGEMENT))
    ):
        complaint.acknowledged_at = None
        action = "complaint.acknowledgement taken back"
    else:
        raise Refused("This can be taken back no longer.")
    complaint.handled_by = by
    _tell(complaint, None)
    record_act_by(action, complaint.reference, at=now, by=by)


def send_letters(now: datetime, worker: str) -> int:
    """Send what waits; how many. While the mail server is in trouble all of it waits."""
    with reading(), transaction():
        template = asking_rules().notify_email_template
    with transaction():
        claimed = claim(
            DataComplaint,
            to_send(),
            worker=worker,
            now=now,
            lease=LEASE,
            most=BATCH,
            order_by=DataComplaint.id,
            is_attempt=False,
        )
        waiting = sorted(row.id for row in claimed)
    done = 0
    with closing(transports(_settings(), email_template=template).email) as transport:
        while waiting:
            try:
                _send(waiting[0], transport, worker)
            except ServerTrouble as trouble:
                log.warning("letters about complaints wait: %s", trouble)
                break
            waiting.pop(0)
            done += 1
    with transaction():
        for complaint_id in waiting:
            if (row := _held(complaint_id, worker)) is not None:
                release(row)
    return 0 if waiting else done


def _send(complaint_id: int, transport: EmailTransport, worker: str) -> None:
    """Write, send and note one letter. ServerTrouble, which says nothing of the letter, is passed on."""
    with transaction():
        row = _held(complaint_id, worker, to_send())
        letter = row.letter if row is not None else None
        email = _written(row) if row is not None else None
    error: SendError | None = None
    if email is not None:
        try:
            transport.send(email)
        except SendError as refusal:
            error = refusal
    with transaction():
        row = _held(complaint_id, worker)
        if row is None:
            return  # the lease ran out on the way, and another worker has it now
        release(row, error=str(error) if error else None)
        if row.letter is not letter or row.letter_state is not LetterState.WAITING:
            return  # another step was taken meanwhile, or this one back
        row.attempts += 1
        if email is not None and error is None:
            row.letter_state = LetterState.SENT
        elif error is None or error.is_permanent or row.attempts >= MOST_ATTEMPTS:
            row.letter_state = LetterState.FAILED


def _written(complaint: DataComplaint) -> Email | None:
    """The letter that waits; None where there is nobody to write to."""
    sender, message_id = the_council(), f"{complaint.reference}.{complaint.letter}"
    if complaint.letter is ComplaintLetter.NOTICE:
        page = f"{_settings().base_url}{PAGE}{complaint.reference}"
        told = letters.notice(complaint.reference, acknowledge_by=complaint.acknowledge_by, page=page)
        to = sender.data_protection_email
        return letter_to_staff(message_id, recipient=to, subject=told.subject, text=told.text) if to else None
    words, received_on = _words(complaint), london_day(complaint.received_at)
    if words.email is None:
        return None
    with spoken_in(complaint.language):
        if complaint.letter is ComplaintLetter.ANSWER:
            letter = letters.answer(
                complaint.reference,
                words.outcome or "",
                received_on=received_on,
                council=sender.name,
                day=day,
                translated=translated,
            )
        else:
            letter = letters.acknowledgement(
                complaint.reference, received_on=received_on, council=sender.name, day=day, translated=translated
            )
    return Email(
        message_id=message_id,
        sender_name=sender.sender_name,
        sender_email=sender.sender_email,
        recipient=words.email,
        subject=letter.subject,
        text=letter.text,
    )


def _tell(complaint: DataComplaint, letter: ComplaintLetter | None) -> None:
    """Have this letter sent, in place of one that still waits; with None none is."""
    complaint.letter, complaint.attempts = letter, 0
    complaint.letter_state = LetterState.WAITING if letter is not None else None
    db.session.flush()


def _check_reachable(complaint: DataComplaint, by_email: bool) -> None:
    if by_email and _words(complaint).email is None:
        raise Refused("They gave no e-mail address. Tell them in another way, then write down that you did.")


def _words(complaint: DataComplaint) -> Words:
    return Words(complaint.body, complaint.reply_to, complaint.outcome)


def _hold(complaint: DataComplaint) -> None:
    """Let nobody else act on it until the transaction ends."""
    found = select(DataComplaint).where(DataComplaint.id == complaint.id)
    db.session.scalar(found.with_for_update().execution_options(populate_existing=True))


def _held(complaint_id: int, worker: str, *conditions: ColumnElement[bool]) -> DataComplaint | None:
    """The row while this worker holds it."""
    held = select(DataComplaint).where(
        DataComplaint.id == complaint_id, DataComplaint.claimed_by == worker, *conditions
    )
    return db.session.scalar(held.with_for_update().execution_options(populate_existing=True))


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
