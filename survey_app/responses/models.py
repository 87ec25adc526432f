"""Answered surveys, their answers, what people wrote, and the feed of every change."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.extensions import Base, EncryptedText, PrimaryKey, text_enum
from survey_app.invitations.models import FrozenFacts, Invitation
from survey_app.organisation.channels import Mode
from survey_app.surveys.models import Option, QuestionVersion, SurveyVersion


class ResponseState(StrEnum):
    COUNTED = "counted"
    QUARANTINED = "quarantined"
    WITHDRAWN = "withdrawn"


class SurveyResponse(FrozenFacts, Base):
    """One submitted survey with the facts frozen at the time of asking."""

    __tablename__ = "survey_response"
    __table_args__ = (
        Index(
            "uq_survey_response_counted_invitation",
            "invitation_id",
            unique=True,
            sqlite_where=text("state = 'counted'"),
            postgresql_where=text("state = 'counted'"),
        ),
        Index("ix_survey_response_counts_on_service", "counts_on", "service_id"),
        Index(
            "ix_survey_response_quarantined",
            "counts_on",
            sqlite_where=text("state = 'quarantined'"),
            postgresql_where=text("state = 'quarantined'"),
        ),
    )

    id: Mapped[PrimaryKey]
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    salt: Mapped[str | None] = mapped_column(String(32))  # deleted on withdrawal
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), index=True)
    survey_version_id: Mapped[int] = mapped_column(ForeignKey("survey_version.id"))
    submission_key: Mapped[str | None] = mapped_column(String(64), unique=True)  # once, where there is no invitation
    mode: Mapped[Mode] = mapped_column(text_enum(Mode), default=Mode.WEB)
    answered_in: Mapped[str] = mapped_column(String(12), default="en")
    is_staff_entered: Mapped[bool] = mapped_column(default=False)
    is_test: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ResponseState] = mapped_column(text_enum(ResponseState), default=ResponseState.COUNTED)
    quarantine_reason: Mapped[str | None] = mapped_column(String(60))
    submitted_at: Mapped[datetime]

    invitation: Mapped[Invitation | None] = relationship()
    survey_version: Mapped[SurveyVersion] = relationship()
    answers: Mapped[list[Answer]] = relationship(cascade="all, delete-orphan", back_populates="response")
    texts: Mapped[list[AnswerText]] = relationship(cascade="all, delete-orphan", back_populates="response")


class Answer(Base):
    """One chosen option, or a number, or a day. A question shown and left empty has no row."""

    __tablename__ = "answer"

    id: Mapped[PrimaryKey]
    response_id: Mapped[int] = mapped_column(ForeignKey("survey_response.id"), index=True)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    option_id: Mapped[int | None] = mapped_column(ForeignKey("option.id"))
    number: Mapped[float | None]
    day: Mapped[date | None]
    rank: Mapped[int | None] = mapped_column(Integer)

    response: Mapped[SurveyResponse] = relationship(back_populates="answers")
    option: Mapped[Option | None] = relationship(lazy="joined")


class AnswerText(Base):
    """What somebody wrote, as they wrote it: encrypted, and read only to make the redacted comment."""

    __tablename__ = "answer_text"

    id: Mapped[PrimaryKey]
    response_id: Mapped[int] = mapped_column(ForeignKey("survey_response.id"), index=True)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    raw: Mapped[str] = mapped_column(EncryptedText)

    response: Mapped[SurveyResponse] = relationship(back_populates="texts")
    question_version: Mapped[QuestionVersion] = relationship()


class ChangeKind(StrEnum):
    RECORDED = "recorded"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    QUARANTINED = "quarantined"
    RELEASED = "released"


class ResponseChange(Base):
    """The change feed: by how much one answer moved the counts, written in the answer's own transaction.

    `value` is the option code, "" for a question shown and left empty. The fold into tallies deletes a line,
    except that a line with a `row_digest` stays with `value` emptied and `delta` 0, so that a frozen figure can
    still be explained though nobody can learn what was said. Recording writes none of those; a change, a
    withdrawal, a quarantine and a release do.
    """

    __tablename__ = "response_change"
    __table_args__ = (
        Index(
            "ix_response_change_to_fold",
            "id",
            sqlite_where=text("delta <> 0"),
            postgresql_where=text("delta <> 0"),
        ),
    )

    id: Mapped[PrimaryKey]
    response_id: Mapped[int] = mapped_column(ForeignKey("survey_response.id"), index=True)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    kind: Mapped[ChangeKind] = mapped_column(text_enum(ChangeKind))
    value: Mapped[str] = mapped_column(String(30))
    delta: Mapped[int]
    row_digest: Mapped[str | None] = mapped_column(String(64))
    changed_at: Mapped[datetime]
