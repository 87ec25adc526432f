"""What is asked. A published version is frozen; a question keeps its lineage through all its wordings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint, event, inspect
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column, relationship

from survey_app.extensions import Base, PrimaryKey, db, text_enum
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
    is_bilingual: Mapped[bool] = mapped_column(default=False)  # its messages have Welsh and English side by side

    versions: Mapped[list[SurveyVersion]] = relationship(
        back_populates="survey", order_by="SurveyVersion.id", cascade="all, delete-orphan"
    )


class SurveyEdit(Base):
    """A survey as somebody left it after one change, before it is published: the newest is the draft, and the one
    before is what an undo brings back. Published or thrown away, a draft leaves none."""

    __tablename__ = "survey_edit"
    __table_args__ = (UniqueConstraint("survey_id", "revision"),)

    id: Mapped[PrimaryKey]
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id", ondelete="CASCADE"))
    revision: Mapped[int]  # counts up: whoever saves says which one they had before them
    document: Mapped[dict[str, Any]]  # as `structure.as_document` writes it
    what: Mapped[str] = mapped_column(String(120))  # "Question added: Was it easy?"
    edited_at: Mapped[datetime]
    edited_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))


class SurveyPicture(Base):
    """A picture in a survey, such as those of an Easy Read version: known by its content, kept once."""

    __tablename__ = "survey_picture"

    id: Mapped[PrimaryKey]
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    media_type: Mapped[str] = mapped_column(String(20))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    stored_at: Mapped[datetime]


class Language(Base):
    """A language into which the council translates its surveys, beside those that everybody has."""

    __tablename__ = "language"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(60))  # as staff call it: "Somali"
    own_name: Mapped[str] = mapped_column(String(60))  # as its speakers do: "Soomaali"


class SurveyVersion(Base):
    """One edition of a survey. Frozen once published; what is not yet published is a `SurveyEdit`."""

    __tablename__ = "survey_version"
    __table_args__ = (UniqueConstraint("survey_id", "label"),)

    id: Mapped[PrimaryKey]
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    label: Mapped[str] = mapped_column(String(20))  # "1.0"
    state: Mapped[VersionState] = mapped_column(text_enum(VersionState), default=VersionState.DRAFT)
    published_at: Mapped[datetime | None] = mapped_column(active_history=True)
    length_sentence: Mapped[str] = mapped_column(Text, default="")  # "There are 9 questions and it takes a minute."
    routing: Mapped[dict[str, Any] | None]  # {"rules": [...]}, see `routing`
    page_titles: Mapped[dict[str, Any] | None]  # by the page's number
    bsl_url: Mapped[str] = mapped_column(String(500), default="")
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
    limits: Mapped[dict[str, Any] | None]  # least, most, unit, decimals: see `bank.Limits`
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
    is_other: Mapped[bool] = mapped_column(default=False)  # whoever chooses it may write what
    icon: Mapped[str] = mapped_column(String(30), default="")


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
    is_always_shown: Mapped[bool] = mapped_column(default=True)  # whatever somebody answers: see `routing.always_shown`
    stem: Mapped[str] = mapped_column(Text, default="")

    question_version: Mapped[QuestionVersion] = relationship(lazy="joined")


class Frozen(Exception):
    """Something would change what people may have been asked. It fails always: whoever changes a survey publishes a new
    version of it."""


_PARTS = (QuestionVersion, Option, SurveyItem)  # made when they are published
_MOVES_ON = {"state"}  # of a published version


@event.listens_for(db.session, "before_flush")
def _keep_frozen(session: Session, _context: object, _rows: object) -> None:
    for row in session.deleted:
        if _is_frozen(row):
            raise Frozen(f"{row} would be deleted")
    for row in session.dirty:
        changed = {each.key for each in inspect(row).attrs if each.history.has_changes()} if _is_frozen(row) else set()
        if changed - _MOVES_ON:
            raise Frozen(f"{', '.join(sorted(changed))} of {row} would change")


@event.listens_for(db.session, "do_orm_execute")
def _keep_frozen_from_statements(statement: ORMExecuteState) -> None:
    mapper = statement.bind_mapper
    if (statement.is_update or statement.is_delete) and mapper and mapper.class_ in (*_PARTS, SurveyVersion):
        raise Frozen(f"rows of {mapper.local_table} would change")


def _is_frozen(row: object) -> bool:
    if not isinstance(row, SurveyVersion):
        return isinstance(row, _PARTS)
    history = inspect(row).attrs.published_at.load_history()
    return any([*history.deleted, *history.unchanged])  # it was published before this flush
