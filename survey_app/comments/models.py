"""Comments as staff read them: redacted, with sentiment and themes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.extensions import Base, PrimaryKey, text_enum
from survey_app.responses.models import AnswerText, SurveyResponse
from survey_app.surveys.kinds import TextType


class Comment(Base):
    """What somebody wrote with personal details removed. Search, pages and exports see only this.

    It goes when the text that it was made of goes; a text that was changed is a new one.
    """

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_response", "response_id"),)

    id: Mapped[PrimaryKey]
    answer_text_id: Mapped[int] = mapped_column(ForeignKey("answer_text.id", ondelete="CASCADE"), unique=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("survey_response.id"))
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    text_type: Mapped[TextType | None] = mapped_column(text_enum(TextType))
    redacted_text: Mapped[str] = mapped_column(Text)
    removed: Mapped[list[str]]  # kinds of detail that were taken out
    sentiment: Mapped[str | None] = mapped_column(String(12))  # null: not analysed (language, or nothing said)
    polarity: Mapped[float | None]  # -1 to 1
    confidence: Mapped[float | None]  # 0 to 1
    needs_review: Mapped[bool] = mapped_column(default=False)
    flags: Mapped[list[str]]
    method: Mapped[str] = mapped_column(String(60))  # version of lexicon and rules
    analysed_at: Mapped[datetime]
    person_label: Mapped[str | None] = mapped_column(String(12))  # a person's word beats the machine's
    person_labelled_at: Mapped[datetime | None]
    person_labelled_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))

    response: Mapped[SurveyResponse] = relationship()
    answer_text: Mapped[AnswerText] = relationship()
    themes: Mapped[list[CommentTheme]] = relationship(cascade="all, delete-orphan", lazy="selectin")


class Theme(Base):
    """A theme and the keywords that find it, one a line, edited by staff."""

    __tablename__ = "theme"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    keywords: Mapped[str] = mapped_column(Text)
    is_active: Mapped[bool] = mapped_column(default=True)


class CommentTheme(Base):
    """A theme found in a comment, with the words that matched."""

    __tablename__ = "comment_theme"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True, index=True)
    matched: Mapped[list[str]]

    theme: Mapped[Theme] = relationship(lazy="joined")
