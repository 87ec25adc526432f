"""Comments as staff read them: redacted, with sentiment and themes, and what other methods and people say of them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from survey_app.comments.redaction import REDACTION_VERSION
from survey_app.comments.search.folding import folded
from survey_app.extensions import Base, PrimaryKey, text_enum
from survey_app.kernel.tokens import new_reference
from survey_app.responses.models import AnswerText, SurveyResponse
from survey_app.surveys.kinds import TextType

REFERENCE_LENGTH = 12  # longer than the name of any page below /comments/


def _new_comment_reference() -> str:
    return new_reference(REFERENCE_LENGTH)


class Comment(Base):
    """What somebody wrote with personal details removed. Search, pages and exports see only this.

    It goes when the text that it was made of goes; a text that was changed is a new one. Where only the words were
    deleted, because their person asked or they were kept long enough, it stays as a count: empty text. `words` follow
    the redacted text; the database itself keeps `facts` and `place` as the search wants them (migration 0018): whoever
    changes a comment, its answer or what hangs on either need not think of it.
    """

    __tablename__ = "comment"
    __table_args__ = (
        Index("ix_comment_response", "response_id"),
        Index("ix_comment_redacted_with", "redacted_with"),
        Index(
            "ix_comment_waiting",
            "response_id",
            sqlite_where=text("needs_review = 1 AND person_label IS NULL"),
            postgresql_where=text("needs_review AND person_label IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    # In addresses; a number would tell how many there are.
    reference: Mapped[str] = mapped_column(String(16), unique=True, index=True, default=_new_comment_reference)
    answer_text_id: Mapped[int] = mapped_column(ForeignKey("answer_text.id", ondelete="CASCADE"), unique=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("survey_response.id"))
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    text_type: Mapped[TextType | None] = mapped_column(text_enum(TextType))
    redacted_text: Mapped[str] = mapped_column(Text)
    removed: Mapped[list[str]]  # kinds of detail that were taken out
    redacted_with: Mapped[str] = mapped_column(String(30), default=REDACTION_VERSION)  # these rules
    language: Mapped[str | None] = mapped_column(String(12))  # that it is written in; null: not found out
    sentiment: Mapped[str | None] = mapped_column(String(12))  # null: not analysed (language, or nothing said)
    polarity: Mapped[float | None]  # -1 to 1
    confidence: Mapped[float | None]  # 0 to 1
    needs_review: Mapped[bool] = mapped_column(default=False)
    flags: Mapped[list[str]]
    method: Mapped[str] = mapped_column(String(60))  # version of rules, words and weights
    analysed_at: Mapped[datetime]
    # A person's word beats the machine's: the last one. "cannot_tell" is one too, and counts in no sentiment.
    person_label: Mapped[str | None] = mapped_column(String(12))
    person_labelled_at: Mapped[datetime | None]
    person_labelled_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    words: Mapped[str] = mapped_column(Text, default="", deferred=True)  # of the redacted text, folded
    facts: Mapped[str] = mapped_column(Text, default="", deferred=True)  # what it is found by beside words: `facts.py`
    # The day and then the number, in the order of lists; null while its answer does not count.
    place: Mapped[int | None] = mapped_column(unique=True, index=True, deferred=True)

    response: Mapped[SurveyResponse] = relationship()
    answer_text: Mapped[AnswerText] = relationship()
    themes: Mapped[list[CommentTheme]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    @property
    def shown_label(self) -> str:
        """What pages show and figures count: a person's label, else the machine's, unless it waits for a person."""
        if self.person_label is not None:
            return self.person_label
        return "waiting_for_review" if self.needs_review else self.sentiment or "not_analysed"

    @validates("redacted_text")
    def _fold(self, _name: str, text: str) -> str:
        self.words = folded(text)
        return text


class LabelSource(StrEnum):
    """Where a person labelled a comment: in the queue of what the machine was unsure of, or on finding it wrong."""

    REVIEW = "review"
    CORRECTION = "correction"


class CommentLabel(Base):
    """A label that a person gave, with what stood there before. Lines are added, never changed: the last one holds."""

    __tablename__ = "comment_label"

    id: Mapped[PrimaryKey]
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    label: Mapped[str | None] = mapped_column(String(12))  # null: taken back, the machine's holds again
    before: Mapped[str | None] = mapped_column(String(20))  # what was shown
    source: Mapped[LabelSource] = mapped_column(text_enum(LabelSource))
    labelled_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    labelled_at: Mapped[datetime]


class CommentJudgement(Base):
    """What another method than the comment's own says of it. It stands in no figure; a page shows both.

    `counted_until` is when it was the comment's own, until another method's label took its place; null: it never was,
    or that was undone.
    """

    __tablename__ = "comment_judgement"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    method: Mapped[str] = mapped_column(String(60), primary_key=True)
    sentiment: Mapped[str | None] = mapped_column(String(12))
    polarity: Mapped[float | None]
    confidence: Mapped[float | None]
    needs_review: Mapped[bool]
    flags: Mapped[list[str]]
    language: Mapped[str | None] = mapped_column(String(12))
    judged_at: Mapped[datetime]
    counted_until: Mapped[datetime | None]


class Judging(Base):
    """A person asked for past comments to be judged by the present method too; and, maybe, for its labels to count.

    Worked through in the order of comments: `judged_to` is the last one done, `adopted_to` the last whose label took
    the other's place. Taking that back goes the other way: `adopted_at` is null then, and `adopted_to` falls to 0.
    """

    __tablename__ = "judging"

    id: Mapped[PrimaryKey]
    method: Mapped[str] = mapped_column(String(60))
    first_on: Mapped[date]  # London days on which the comments count
    last_on: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    asked_at: Mapped[datetime]
    judged_to: Mapped[int] = mapped_column(default=0)
    judged: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    adopted_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    adopted_at: Mapped[datetime | None]  # its labels are to count; those before are kept as judgements
    adopted_to: Mapped[int] = mapped_column(default=0)
    adoption_done_at: Mapped[datetime | None]


class QuoteMark(Base):
    """Somebody marked a comment as worth quoting in evidence. What is quoted there is frozen there."""

    __tablename__ = "quote_mark"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    marked_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    marked_at: Mapped[datetime]


class Theme(Base):
    """A theme and the keywords that find it, one a line, edited by staff."""

    __tablename__ = "theme"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    definition: Mapped[str] = mapped_column(String(500), default="")  # what belongs to it, for people who label
    keywords: Mapped[str] = mapped_column(Text)
    is_active: Mapped[bool] = mapped_column(default=True)


class CommentTheme(Base):
    """A theme found in a comment, with the words that matched."""

    __tablename__ = "comment_theme"

    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), primary_key=True, index=True)
    matched: Mapped[list[str]]

    theme: Mapped[Theme] = relationship(lazy="joined")


class ThemeEdit(Base):
    """A change of a theme, with what stood before it, so that it can be undone and a trend can mark it.

    Where past comments are sorted anew by it, `sorted_to` is the last comment done.
    """

    __tablename__ = "theme_edit"

    id: Mapped[PrimaryKey]
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"), index=True)
    before: Mapped[dict[str, Any] | None]  # name, definition, keywords, is_active; null: the theme is new
    after: Mapped[dict[str, Any]]
    edited_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    edited_at: Mapped[datetime]
    sorts_past: Mapped[bool] = mapped_column(default=True)
    sorted_to: Mapped[int] = mapped_column(default=0)
    moved: Mapped[int] = mapped_column(default=0)  # comments that got or lost the theme
    done_at: Mapped[datetime | None]


class TermPart(Base):
    """How many comments a service has in a quarter, and in how many of them words were counted: copies, and comments of
    one person, are one."""

    __tablename__ = "term_part"

    starts_on: Mapped[date] = mapped_column(primary_key=True)  # of the quarter
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    comments: Mapped[int]  # tells, with the time, whether they have to be counted again
    counted: Mapped[int]
    counted_at: Mapped[datetime]


class TermTally(Base):
    """In how many comments of a service and a quarter a word, or two in a row, stands. Only the newest quarter with
    comments and the one before it are kept."""

    __tablename__ = "term_tally"

    starts_on: Mapped[date] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    term: Mapped[str] = mapped_column(String(80), primary_key=True)
    comments: Mapped[int]
