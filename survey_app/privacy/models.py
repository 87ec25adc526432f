"""How long data is kept, what people asked of theirs, complaints about it, and texts of the council's own records."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.extensions import Base, EncryptedText, PrimaryKey, text_enum
from survey_app.privacy.complaints.findings import Finding
from survey_app.work.models import Leased

WAITS = text("letter_state = 'waiting'")


class RetentionRule(Base):
    """How long one class of data is kept. Without a row its usual time holds; the classes are in `retention.py`."""

    __tablename__ = "retention_rule"

    data_class: Mapped[str] = mapped_column(String(40), primary_key=True)
    keep_days: Mapped[int]
    earlier_days: Mapped[int | None]  # before the last change, for undo
    changed_at: Mapped[datetime]


class RequestKind(StrEnum):
    """What somebody asked of the data about them."""

    ACCESS = "access"
    ERASURE = "erasure"
    OBJECTION = "objection"


class SubjectRequest(Base):
    """A person asked something about their data, and what was done: no word that says who it was."""

    __tablename__ = "subject_request"

    id: Mapped[PrimaryKey]
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    kind: Mapped[RequestKind] = mapped_column(text_enum(RequestKind))
    received_on: Mapped[date]
    due_on: Mapped[date]  # a month later, by the law
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))  # null: by a command
    found: Mapped[int | None]  # rows that spoke of them; 0: we knew nothing


class ComplaintLetter(StrEnum):
    """What is written by e-mail about a complaint: to the council that there is one, and to the person twice."""

    NOTICE = "notice"
    ACKNOWLEDGEMENT = "acknowledgement"
    ANSWER = "answer"


class LetterState(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


class DataComplaint(Leased, Base):
    """A complaint about how somebody's data was used. To be acknowledged in 30 days, answered without undue delay.

    `letter` is the newest e-mail about it; it makes one that still waits needless. What was told in another way has
    none.
    """

    __tablename__ = "data_complaint"
    __table_args__ = (
        Index("ix_data_complaint_letter", "id", sqlite_where=WAITS, postgresql_where=WAITS),
        Index("ix_data_complaint_keep", "keep_until"),
    )

    id: Mapped[PrimaryKey]
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    body: Mapped[str | None] = mapped_column(EncryptedText)
    reply_to: Mapped[str | None] = mapped_column(EncryptedText)  # as they wrote it: an e-mail, a number, an address
    language: Mapped[str] = mapped_column(String(12), default="en")
    received_at: Mapped[datetime] = mapped_column(index=True)
    acknowledge_by: Mapped[date]
    acknowledged_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    finding: Mapped[Finding | None] = mapped_column(text_enum(Finding))
    outcome: Mapped[str | None] = mapped_column(EncryptedText)  # what was found and told them
    handled_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    keep_until: Mapped[date | None]  # then its words are deleted and the line stays
    letter: Mapped[ComplaintLetter | None] = mapped_column(text_enum(ComplaintLetter))
    letter_state: Mapped[LetterState | None] = mapped_column(text_enum(LetterState))


class PrivacyText(Base):
    """What the council wrote in one place of its DPIA or its records of processing. The newest of a place holds; none
    is changed."""

    __tablename__ = "privacy_text"

    id: Mapped[PrimaryKey]
    place: Mapped[str] = mapped_column(String(60), index=True)
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    written_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))


class Reencryption(Base):
    """How far one column has come under the newest of DATA_KEYS. Done and finished, no older key is needed for it."""

    __tablename__ = "reencryption"

    column: Mapped[str] = mapped_column(String(120), primary_key=True)  # table.column
    key_digest: Mapped[str] = mapped_column(String(64), primary_key=True)  # of the newest key
    last_id: Mapped[int] = mapped_column(default=0)
    found: Mapped[int] = mapped_column(default=0)  # under an older key, in this pass; it ends with one that finds none
    done: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
