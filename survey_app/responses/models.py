"""Answered surveys, their answers, what people wrote, and the feed of every change."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.extensions import Base, EncryptedText, PrimaryKey, text_enum
from survey_app.invitations.models import FrozenFacts, Invitation
from survey_app.organisation.channels import Channel, Mode
from survey_app.organisation.models import Service, Site
from survey_app.surveys.models import Option, QuestionVersion, Survey, SurveyVersion


class LinkKind(StrEnum):
    """Where an open link stands."""

    OPEN = "open"  # on a poster, a card or a web page: whoever follows it answers on their own device
    KIOSK = "kiosk"  # on a device of the council's
    EMBED = "embed"  # inside a page of another web site


class OpenLink(Base):
    """An address that anybody may answer by, for one survey about one service. No answer by it is of an invitation."""

    __tablename__ = "open_link"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    kind: Mapped[LinkKind] = mapped_column(text_enum(LinkKind))
    name: Mapped[str] = mapped_column(String(120))  # "Riverside House reception"
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    channel: Mapped[Channel] = mapped_column(text_enum(Channel), default=Channel.FACE_TO_FACE)
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    seconds_between_taps: Mapped[int] = mapped_column(default=3)  # of a kiosk
    pin: Mapped[str | None] = mapped_column(String(200))  # of a kiosk, hashed: checked by the device itself
    framed_by: Mapped[str] = mapped_column(String(200), default="")  # of an embedded one: the origin of the web site

    survey: Mapped[Survey] = relationship()
    service: Mapped[Service] = relationship()
    site: Mapped[Site | None] = relationship()


class HandOver(Base):
    """What a kiosk handed over at one time, so that staff see what was received."""

    __tablename__ = "hand_over"
    __table_args__ = (Index("ix_hand_over_open_link_id", "open_link_id", "received_at"),)

    id: Mapped[PrimaryKey]
    open_link_id: Mapped[int] = mapped_column(ForeignKey("open_link.id"))
    received_at: Mapped[datetime]
    answers: Mapped[int]  # stored just now
    held: Mapped[int] = mapped_column(default=0)  # of these, for review: more than visitors can have tapped
    repeated: Mapped[int]  # that we had already
    refused: Mapped[int]  # that could not be taken
    too_early: Mapped[int] = mapped_column(default=0)  # of these, of days before the kiosk was made
    thrown_away: Mapped[int]  # taps that came too soon after another


class ResponseState(StrEnum):
    COUNTED = "counted"
    QUARANTINED = "quarantined"
    WITHDRAWN = "withdrawn"
    UNDATED = "undated"  # imported, of a day that nobody knows: kept and given out, never in a figure


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
        Index("ix_survey_response_open_link_id", "open_link_id", "submitted_at"),
        Index("ix_survey_response_submitted_at", "submitted_at", "mode"),  # how many came in of late
        Index(
            "ix_survey_response_quarantined",
            "counts_on",
            sqlite_where=text("state = 'quarantined'"),
            postgresql_where=text("state = 'quarantined'"),
        ),
        Index(
            "ix_survey_response_staff_entered",
            "counts_on",
            sqlite_where=text("is_staff_entered = 1"),
            postgresql_where=text("is_staff_entered"),
        ),
    )

    id: Mapped[PrimaryKey]
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    salt: Mapped[str | None] = mapped_column(String(32))  # deleted on withdrawal
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), index=True)
    survey_version_id: Mapped[int] = mapped_column(ForeignKey("survey_version.id"))
    open_link_id: Mapped[int | None] = mapped_column(ForeignKey("open_link.id"))
    submission_key: Mapped[str | None] = mapped_column(String(64), unique=True)  # of the page that was sent: once
    mode: Mapped[Mode] = mapped_column(text_enum(Mode), default=Mode.WEB)
    answered_in: Mapped[str] = mapped_column(String(12), default="en")
    is_staff_entered: Mapped[bool] = mapped_column(default=False)
    is_test: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ResponseState] = mapped_column(text_enum(ResponseState), default=ResponseState.COUNTED)
    quarantine_reason: Mapped[str | None] = mapped_column(String(60))
    reviewed_at: Mapped[datetime | None]  # when a person decided that it stays held
    submitted_at: Mapped[datetime]  # when its person answered, which a device without a network tells us later
    received_at: Mapped[datetime | None]  # when it was handed over, if later
    is_day_of_receipt: Mapped[bool] = mapped_column(default=False)  # its device's clock was wrong by more than a day
    changed_at: Mapped[datetime | None]  # when its person last changed it

    invitation: Mapped[Invitation | None] = relationship()
    open_link: Mapped[OpenLink | None] = relationship()
    survey_version: Mapped[SurveyVersion] = relationship()
    answers: Mapped[list[Answer]] = relationship(cascade="all, delete-orphan", back_populates="response")
    texts: Mapped[list[AnswerText]] = relationship(cascade="all, delete-orphan", back_populates="response")


class Answer(Base):
    """One chosen option, or a number, or a day. A question shown and left empty has no row where everybody is shown it
    (`SurveyItem.is_always_shown`), and else a row that says nothing: so it stands apart from one that was not shown."""

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

    @property
    def says_nothing(self) -> bool:
        return self.option_id is None and self.number is None and self.day is None


class AnswerText(Base):
    """What somebody wrote, as they wrote it: encrypted, and read only to make the redacted comment. Empty: deleted."""

    __tablename__ = "answer_text"

    id: Mapped[PrimaryKey]
    response_id: Mapped[int] = mapped_column(ForeignKey("survey_response.id"), index=True)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    raw: Mapped[str] = mapped_column(EncryptedText)

    response: Mapped[SurveyResponse] = relationship(back_populates="texts")
    question_version: Mapped[QuestionVersion] = relationship()


class ReplacedAnswer(Base):
    """What an answer said before a change, for as long as the change may yet turn out to be a machine's. It is shown to
    nobody; put back or not, it is deleted within minutes."""

    __tablename__ = "replaced_answer"

    id: Mapped[PrimaryKey]
    response_id: Mapped[int] = mapped_column(ForeignKey("survey_response.id"), unique=True)
    given: Mapped[str] = mapped_column(EncryptedText)  # JSON of its `GivenAnswers`
    changed_at: Mapped[datetime | None]  # when it had last been changed itself
    first_at: Mapped[datetime]  # when it was replaced
    last_at: Mapped[datetime] = mapped_column(index=True)  # when what replaced it was last corrected


class SurveyDraft(Base):
    """What somebody saved before they finished. Finished, it is deleted; dropped on time, only where they broke off
    stays."""

    __tablename__ = "survey_draft"

    id: Mapped[PrimaryKey]
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id"), unique=True)
    open_link_id: Mapped[int | None] = mapped_column(ForeignKey("open_link.id"))
    key: Mapped[str | None] = mapped_column(String(64), unique=True)  # digest of the address of an open one
    survey_version_id: Mapped[int] = mapped_column(ForeignKey("survey_version.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    channel: Mapped[Channel | None] = mapped_column(text_enum(Channel))
    mode: Mapped[Mode] = mapped_column(text_enum(Mode), default=Mode.WEB)
    counts_on: Mapped[date] = mapped_column(index=True)
    answers: Mapped[str | None] = mapped_column(EncryptedText)  # JSON of what was given; null once dropped
    shown_in: Mapped[str | None] = mapped_column(String(12))  # in which its pages were shown last
    broke_off_at_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))  # the first question not passed
    started_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    drops_at: Mapped[datetime | None] = mapped_column(index=True)  # null once dropped

    invitation: Mapped[Invitation | None] = relationship()
    survey_version: Mapped[SurveyVersion] = relationship()
    broke_off_at: Mapped[QuestionVersion] = relationship()


class ContactConsent(Base):
    """Whether somebody may be contacted about an answer; if so their details, copied here, until a day of their own."""

    __tablename__ = "contact_consent"

    id: Mapped[PrimaryKey]
    response_id: Mapped[int] = mapped_column(ForeignKey("survey_response.id"), unique=True)
    is_wanted: Mapped[bool]
    details: Mapped[str | None] = mapped_column(EncryptedText)  # JSON: name, email, phone
    given_at: Mapped[datetime]
    keep_until: Mapped[date]


class EqualityQuestion(Base):
    """An optional question about the person that the council may ask after the survey, and its own words if any.

    Without a row a standard question is not asked.
    """

    __tablename__ = "equality_question"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    is_asked: Mapped[bool]
    position: Mapped[int]
    wording: Mapped[str | None] = mapped_column(Text)
    options: Mapped[dict[str, Any] | None]  # labels by code


class EqualityAnswer(Base):
    """What somebody told of themselves beside a response: special category data, read in aggregates only."""

    __tablename__ = "equality_answer"
    __table_args__ = (UniqueConstraint("response_id", "question"),)

    id: Mapped[PrimaryKey]
    response_id: Mapped[int] = mapped_column(ForeignKey("survey_response.id"))
    question: Mapped[str] = mapped_column(String(40))
    option: Mapped[str] = mapped_column(String(40))


class SupportText(Base):
    """Where to turn in danger, shown with the survey of a service and those below it; without one, with all."""

    __tablename__ = "support_text"

    id: Mapped[PrimaryKey]
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"), unique=True)
    body: Mapped[str] = mapped_column(Text)
    exit_url: Mapped[str] = mapped_column(String(500), default="")  # where "Exit this page" leads; empty: no such link

    service: Mapped[Service | None] = relationship()


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
