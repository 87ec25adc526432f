"""Kinds of alert with their phrases and inboxes, and alerts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.extensions import Base, PrimaryKey, text_enum
from survey_app.responses.models import SurveyResponse
from survey_app.work.models import Leased

_LETTER_DUE = text("letter_due_at IS NOT NULL")


class AlertKind(Base):
    """A set of phrases, and who reads what they find.

    Where a comment is about `inbox_service` or a service below it, it goes to `other_inbox`: nobody is told of a
    complaint about themselves alone.
    """

    __tablename__ = "alert_kind"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    phrases: Mapped[str] = mapped_column(Text)  # one a line: words, a word* and gaps (`finding.py`)
    exceptions: Mapped[str] = mapped_column(Text, default="")  # where one stands, its words raise nothing
    inbox: Mapped[str] = mapped_column(String(254), default="")  # of the council; without one a page alone shows it
    inbox_service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))  # whose inbox it is
    other_inbox: Mapped[str] = mapped_column(String(254), default="")
    answer_within_minutes: Mapped[int] = mapped_column(default=60)
    is_active: Mapped[bool] = mapped_column(default=True)
    edited_at: Mapped[datetime | None]
    earlier: Mapped[dict[str, Any] | None]  # what it was before, for undo


class AlertOutcome(StrEnum):
    """What a person found an alert to be."""

    REAL = "real"
    FALSE_ALARM = "false_alarm"


class Alert(Leased, Base):
    """One kind of alert found in one text: told, acknowledged and decided, with times.

    It outlives the text that raised it, without its words: `matched` are phrases of our own.
    """

    __tablename__ = "alert"
    __table_args__ = (
        UniqueConstraint("kind_id", "answer_text_id"),
        Index("ix_alert_letter_due_at", "letter_due_at", sqlite_where=_LETTER_DUE, postgresql_where=_LETTER_DUE),
    )

    id: Mapped[PrimaryKey]
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    kind_id: Mapped[int] = mapped_column(ForeignKey("alert_kind.id"))
    answer_text_id: Mapped[int | None] = mapped_column(ForeignKey("answer_text.id", ondelete="SET NULL"), index=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("survey_response.id"), index=True)
    matched: Mapped[list[str]]
    raised_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime]  # by when somebody is to acknowledge it, as the kind said when it was raised
    letter_due_at: Mapped[datetime | None]  # the first letter's, then the reminder's; null: none is to go out
    sent_at: Mapped[datetime | None]  # taken by a mail server; or given up: then `last_error` says why
    sent_to: Mapped[str] = mapped_column(String(254), default="")
    reminded_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    outcome: Mapped[AlertOutcome | None] = mapped_column(text_enum(AlertOutcome))
    note: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))

    kind: Mapped[AlertKind] = relationship()
    response: Mapped[SurveyResponse] = relationship()


class AlertWatch(Base):
    """A text that becomes no comment was searched for alerts: a held one, or one that is nobody's opinion."""

    __tablename__ = "alert_watch"

    answer_text_id: Mapped[int] = mapped_column(ForeignKey("answer_text.id", ondelete="CASCADE"), primary_key=True)
    watched_at: Mapped[datetime]
