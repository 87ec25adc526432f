"""Writes about complaints: taken in, read, acknowledged, answered, and each step taken back for an hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import select

from survey_app.accounts.operations import letter_to_staff
from survey_app.audit.operations import record_act_by
from survey_app.contacts.reading import read_email
from survey_app.extensions import db
from survey_app.invitations.operations.sending import open_carriers
from survey_app.kernel.clock import london_day
from survey_app.kernel.errors import Refused
from survey_app.messaging.email import Email
from survey_app.messaging.operations import Letters, Outcome, send_due
from survey_app.organisation.queries import council, the_council
from survey_app.privacy.complaints import letters
from survey_app.privacy.complaints.deadlines import KEEP_DAYS, acknowledge_by, can_undo
from survey_app.privacy.complaints.findings import Finding
from survey_app.privacy.complaints.queries import is_told, to_send
from survey_app.privacy.models import ComplaintLetter, DataComplaint, LetterState
from survey_app.settings import Settings
from survey_app.web.language import spoken_in
from survey_app.web.templates import day, translated

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
    """Send what waits; how many."""
    return send_due(_LETTERS, open_carriers().email, worker, now)


def _written(complaint: DataComplaint, _now: datetime) -> list[Email]:
    """The letter that waits; nothing where there is nobody to write to."""
    sender, message_id = the_council(), f"{complaint.reference}.{complaint.letter}"
    if complaint.letter is ComplaintLetter.NOTICE:
        page = f"{_settings().base_url}{PAGE}{complaint.reference}"
        told = letters.notice(complaint.reference, acknowledge_by=complaint.acknowledge_by, page=page)
        to = sender.data_protection_email
        return [letter_to_staff(message_id, recipient=to, subject=told.subject, text=told.text)] if to else []
    words, received_on = _words(complaint), london_day(complaint.received_at)
    if words.email is None:
        return []
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
    email = Email(
        message_id=message_id,
        sender_name=sender.sender_name,
        sender_email=sender.sender_email,
        recipient=words.email,
        subject=letter.subject,
        text=letter.text,
    )
    return [email]


def _settle(complaint: DataComplaint, outcome: Outcome, _now: datetime) -> None:
    complaint.letter_state = LetterState.SENT if outcome.taken_by else LetterState.FAILED


_LETTERS = Letters(
    "letters about complaints",
    DataComplaint,
    lambda _now: (to_send(),),
    _written,
    _settle,
    which=lambda complaint: (complaint.letter, complaint.letter_state),  # each step, and its undoing, changes it
)


def _tell(complaint: DataComplaint, letter: ComplaintLetter | None) -> None:
    """Have this letter sent, in place of one that still waits; with None none is."""
    complaint.letter, complaint.attempts = letter, 0
    if complaint.claimed_by is None:
        complaint.claimed_until = None  # the wait of the letter before is not this one's
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


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
