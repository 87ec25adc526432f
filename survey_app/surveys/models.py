"""What is asked. A published version is frozen; a question keeps its lineage through all its wordings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.extensions import Base, PrimaryKey, text_enum
from survey_app.organisation.channels import CustomerKind
from survey_app.surveys.kinds import Paging, QuestionKind, TextType, VersionState


class Survey(Base):
    """A survey by its code, through all its versions."""

    __tablename__ = "survey"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    customer_kind: Mapped[CustomerKind] = mapped_column(
        text_enum(CustomerKind), default=CustomerKind.RESIDENT
    )  # whom it asks; figures of different kinds are never pooled
    paging: Mapped[Paging] = mapped_column(text_enum(Paging), default=Paging.ONE_PAGE)
    paging_since_at: Mapped[datetime | None]  # since when it has several pages; null: always, or one page
    is_for_kiosks: Mapped[bool] = mapped_column(default=False)  # the council's one question; never sent by a message

    versions: Mapped[list[SurveyVersion]] = relationship(
        back_populates="survey", order_by="SurveyVersion.id", cascade="all, delete-orphan"
    )


class SurveyVersion(Base):
    """One edition of a survey. Frozen once published."""

    __tablename__ = "survey_version"
    __table_args__ = (UniqueConstraint("survey_id", "label"),)

    id: Mapped[PrimaryKey]
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    label: Mapped[str] = mapped_column(String(20))  # "1.0"
    state: Mapped[VersionState] = mapped_column(text_enum(VersionState), default=VersionState.DRAFT)
    published_at: Mapped[datetime | None]
    length_sentence: Mapped[str] = mapped_column(Text, default="")  # "There are 9 questions and it takes a minute."
    routing: Mapped[dict[str, Any] | None]
    translations: Mapped[dict[str, Any] | None]

    survey: Mapped[Survey] = relationship(back_populates="versions")
    items: Mapped[list[SurveyItem]] = relationship(
        order_by="SurveyItem.position", cascade="all, delete-orphan", lazy="selectin"
    )


class Question(Base):
    """The lineage of a question: what stays the same when its wording changes."""

    __tablename__ = "question"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(60), unique=True)
    asks: Mapped[str | None] = mapped_column(String(60), index=True)  # the measure that its answers feed


class QuestionVersion(Base):
    """One wording and scale of a question. Figures do not pool across versions without a declared bridge."""

    __tablename__ = "question_version"
    __table_args__ = (UniqueConstraint("question_id", "number"),)

    id: Mapped[PrimaryKey]
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    number: Mapped[int] = mapped_column(default=1)
    kind: Mapped[QuestionKind] = mapped_column(text_enum(QuestionKind))
    text_type: Mapped[TextType | None] = mapped_column(text_enum(TextType))
    wording: Mapped[str] = mapped_column(Text)
    short_label: Mapped[str] = mapped_column(String(120))  # as managers read it in tables
    hint: Mapped[str] = mapped_column(Text, default="")
    missing_message: Mapped[str] = mapped_column(Text, default="")  # what a resident reads when it is left out
    translations: Mapped[dict[str, Any] | None]  # by language; each text beside the hash of its English

    question: Mapped[Question] = relationship(lazy="joined")
    options: Mapped[list[Option]] = relationship(
        order_by="Option.position", cascade="all, delete-orphan", lazy="selectin"
    )


class Option(Base):
    """One choice. Its code is stored with an answer and never rewritten; without a score it is outside the base."""

    __tablename__ = "option"
    __table_args__ = (UniqueConstraint("question_version_id", "code"),)

    id: Mapped[PrimaryKey]
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(30))
    label: Mapped[str] = mapped_column(Text)
    score: Mapped[int | None]
    is_substantive: Mapped[bool] = mapped_column(default=True)


class SurveyItem(Base):
    """A question in its place in a version."""

    __tablename__ = "survey_item"
    __table_args__ = (UniqueConstraint("survey_version_id", "position"),)

    id: Mapped[PrimaryKey]
    survey_version_id: Mapped[int] = mapped_column(ForeignKey("survey_version.id"))
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    position: Mapped[int]
    page: Mapped[int] = mapped_column(default=1)
    is_required: Mapped[bool] = mapped_column(default=False)
    show_if: Mapped[dict[str, Any] | None]

    question_version: Mapped[QuestionVersion] = relationship(lazy="joined")
