"""A framework's elements, what the council claims for each, and the exhibits that prove it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, LargeBinary, String, Table, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.accounts.models import User
from survey_app.actions.models import Improvement
from survey_app.extensions import Base, PrimaryKey, text_enum
from survey_app.kernel.clock import london_day
from survey_app.measures.models import FrozenPassport, PublishedEdition
from survey_app.work.models import Leased

LONGEST_CODE, LONGEST_NAME = 60, 120  # characters of a framework's


class Framework(Base):
    """A standard to be assessed against, such as Customer Service Excellence."""

    __tablename__ = "framework"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(LONGEST_CODE), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    thresholds: Mapped[dict[str, Any] | None]  # what a council changed of the rules of readiness

    elements: Mapped[list[Element]] = relationship(order_by="Element.position", cascade="all, delete-orphan")


class SurveyEvidence(StrEnum):
    """How far a survey alone can evidence an element."""

    DIRECT = "direct"
    SUPPORTING = "supporting"
    NONE = "none"


element_exhibit = Table(
    "element_exhibit",
    Base.metadata,
    Column("element_id", ForeignKey("element.id"), primary_key=True),
    Column("exhibit_id", ForeignKey("exhibit.id"), primary_key=True, index=True),
    Column("is_strongest", Boolean, nullable=False, server_default=false()),
)


class Rating(StrEnum):
    """How well an element is met, in the words of the standard."""

    COMPLIANCE_PLUS = "compliance_plus"
    COMPLIANT = "compliant"
    PARTIAL = "partial"
    NONE = "none"
    NOT_APPLICABLE = "not_applicable"


class Element(Base):
    """One numbered element with the council's own claim. The wording is the council's to edit."""

    __tablename__ = "element"
    __table_args__ = (UniqueConstraint("framework_id", "number"),)

    id: Mapped[PrimaryKey]
    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"))
    position: Mapped[int]
    number: Mapped[str] = mapped_column(String(20))  # "1.3.2"
    criterion: Mapped[str] = mapped_column(String(120))
    sub_criterion: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(200))
    about: Mapped[str] = mapped_column(Text, default="")
    survey_evidence: Mapped[SurveyEvidence] = mapped_column(text_enum(SurveyEvidence), default=SurveyEvidence.NONE)
    claim: Mapped[str] = mapped_column(Text, default="")
    owner: Mapped[str] = mapped_column(String(120), default="")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))  # where the owner signs in here
    rating: Mapped[Rating | None] = mapped_column(text_enum(Rating))
    show_me: Mapped[str] = mapped_column(Text, default="", server_default="")  # hard evidence
    tell_me: Mapped[str] = mapped_column(Text, default="", server_default="")  # what is seen and heard on site
    notes: Mapped[str] = mapped_column(Text, default="", server_default="")  # for staff alone
    review_on: Mapped[date | None]
    loaded: Mapped[dict[str, Any] | None]  # number, title and about as loaded, once the council changed them

    framework: Mapped[Framework] = relationship(back_populates="elements")
    exhibits: Mapped[list[Exhibit]] = relationship(
        secondary=element_exhibit, order_by="Exhibit.number", back_populates="elements"
    )

    @property
    def loaded_number(self) -> str:
        """The number that it was loaded with: what we know of a framework goes by that."""
        return str((self.loaded or {}).get("number", self.number))


class RatingChange(Base):
    """An element's own rating from one moment on, with its reason."""

    __tablename__ = "rating_change"

    id: Mapped[PrimaryKey]
    element_id: Mapped[int] = mapped_column(ForeignKey("element.id"), index=True)
    rating: Mapped[Rating | None] = mapped_column(text_enum(Rating))
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))

    author: Mapped[User | None] = relationship()


class ExhibitKind(StrEnum):
    FIGURE = "figure"
    CHART = "chart"
    TABLE = "table"  # a published edition
    QUOTES = "quotes"
    IMPROVEMENT = "improvement"
    DOCUMENT = "document"
    LINK = "link"


class Document(Base):
    """A file that somebody uploaded, kept in the database so that every node has it. It is never run or shown by us."""

    __tablename__ = "document"

    id: Mapped[PrimaryKey]
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(120))  # found in the content
    size: Mapped[int]  # bytes
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))


class Exhibit(Base):
    """One numbered proof, citable from many elements. Of a figure or chart `query` says which, and its passport is
    frozen; of quotes it holds the redacted words; the others refer to what they show."""

    __tablename__ = "exhibit"

    id: Mapped[PrimaryKey]
    number: Mapped[int] = mapped_column(unique=True)  # shown as E01
    kind: Mapped[ExhibitKind] = mapped_column(text_enum(ExhibitKind))
    title: Mapped[str] = mapped_column(String(200))
    query: Mapped[dict[str, Any]]
    passport_id: Mapped[int | None] = mapped_column(ForeignKey("frozen_passport.id"))
    improvement_id: Mapped[int | None] = mapped_column(ForeignKey("improvement.id"))
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("published_edition.id"))
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    url: Mapped[str | None] = mapped_column(String(1000))
    dated_on: Mapped[date | None]  # the day that it is of, for its freshness; of a figure the last of its days
    pinned_at: Mapped[datetime]
    pinned_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))

    passport: Mapped[FrozenPassport | None] = relationship(lazy="joined")
    improvement: Mapped[Improvement | None] = relationship()
    edition: Mapped[PublishedEdition | None] = relationship()
    document: Mapped[Document | None] = relationship()
    elements: Mapped[list[Element]] = relationship(secondary=element_exhibit, back_populates="exhibits")

    @property
    def day(self) -> date:
        """The day that it is of; of one from before days were kept, the day on which it was pinned."""
        return self.dated_on or london_day(self.pinned_at)

    @property
    def frozen(self) -> FrozenPassport:
        """The passport of a figure or chart. Others have none: ValueError."""
        if self.passport is None:
            raise ValueError(f"an exhibit of kind {self.kind} has no passport")
        return self.passport


class Accreditation(Base):
    """A round of a framework: a full assessment, and the reviews until the next."""

    __tablename__ = "accreditation"

    id: Mapped[PrimaryKey]
    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"), index=True)
    body: Mapped[str] = mapped_column(String(120), default="")  # who assesses
    years: Mapped[int] = mapped_column(default=3)

    framework: Mapped[Framework] = relationship()
    visits: Mapped[list[Visit]] = relationship(order_by="Visit.due_on", cascade="all, delete-orphan")


class VisitKind(StrEnum):
    FULL = "full"
    REVIEW = "review"


class Visit(Base):
    """One visit of an assessor. Once it is held everything stands frozen in `elements`."""

    __tablename__ = "visit"

    id: Mapped[PrimaryKey]
    accreditation_id: Mapped[int] = mapped_column(ForeignKey("accreditation.id"), index=True)
    kind: Mapped[VisitKind] = mapped_column(text_enum(VisitKind))
    months: Mapped[int]  # after the full assessment: 0, 12, 24
    due_on: Mapped[date]
    held_on: Mapped[date | None]
    frozen_at: Mapped[datetime | None]
    report: Mapped[str] = mapped_column(Text, default="")

    accreditation: Mapped[Accreditation] = relationship(back_populates="visits")
    elements: Mapped[list[VisitElement]] = relationship(cascade="all, delete-orphan")


class VisitElement(Base):
    """An element at a visit: before it, what must be shown again; after it, what the assessor said, and what was
    claimed and shown, frozen."""

    __tablename__ = "visit_element"
    __table_args__ = (UniqueConstraint("visit_id", "element_id"),)

    id: Mapped[PrimaryKey]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    element_id: Mapped[int] = mapped_column(ForeignKey("element.id"), index=True)
    is_to_show: Mapped[bool] = mapped_column(default=False)
    own_rating: Mapped[Rating | None] = mapped_column(text_enum(Rating))
    assessors_rating: Mapped[Rating | None] = mapped_column(text_enum(Rating))
    remark: Mapped[str] = mapped_column(Text, default="")
    beat: Mapped[str | None] = mapped_column(String(20))  # surpassed, maintained, not_shown
    frozen: Mapped[dict[str, Any] | None]  # number, title, claim, show_me, tell_me, exhibits with passports

    element: Mapped[Element] = relationship()


class AssessorAccess(Base):
    """An assessor's access to one framework: by invitation, until a day. Ended or expired it opens nothing."""

    __tablename__ = "assessor_access"

    id: Mapped[PrimaryKey]
    user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"), index=True)
    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    body: Mapped[str] = mapped_column(String(120), default="")
    invited_at: Mapped[datetime]
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    expires_on: Mapped[date]  # the last day
    ended_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    framework: Mapped[Framework] = relationship()


class AccessLine(Base):
    """One page that an assessor opened, written by the worker."""

    __tablename__ = "access_line"

    id: Mapped[PrimaryKey]
    access_id: Mapped[int] = mapped_column(ForeignKey("assessor_access.id"), index=True)
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(String(200))  # path, without a query


class ElementMark(Base):
    """How far an assessor got with an element: looked at, nothing further, or to come back to."""

    __tablename__ = "element_mark"
    __table_args__ = (UniqueConstraint("access_id", "element_id"),)

    id: Mapped[PrimaryKey]
    access_id: Mapped[int] = mapped_column(ForeignKey("assessor_access.id"))
    element_id: Mapped[int] = mapped_column(ForeignKey("element.id"))
    mark: Mapped[str] = mapped_column(String(20))  # done, later
    at: Mapped[datetime]


class ElementComment(Base):
    """What an assessor asked or said about an element, and what the council answered: one thread an element."""

    __tablename__ = "element_comment"

    id: Mapped[PrimaryKey]
    element_id: Mapped[int] = mapped_column(ForeignKey("element.id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    is_assessors: Mapped[bool]
    is_question: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]  # of a question: settled
    told_at: Mapped[datetime | None]  # the other side, by e-mail

    author: Mapped[User] = relationship()


class PackState(StrEnum):
    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


class EvidencePack(Leased, Base):
    """A pack that a job makes: what it is of, how far it is, and the zip in parts once it is ready."""

    __tablename__ = "evidence_pack"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(12), unique=True)
    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    state: Mapped[PackState] = mapped_column(text_enum(PackState), default=PackState.WAITING)
    asked_at: Mapped[datetime]
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    step: Mapped[str] = mapped_column(String(120), default="")  # what is being made, in words
    done: Mapped[int] = mapped_column(default=0)  # of `total` steps
    total: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime | None]
    size: Mapped[int | None]  # bytes
    sha256: Mapped[str | None] = mapped_column(String(64))

    framework: Mapped[Framework] = relationship()
    parts: Mapped[list[PackPart]] = relationship(order_by="PackPart.part", cascade="all, delete-orphan")


class PackPart(Base):
    """A megabyte of a pack's zip."""

    __tablename__ = "pack_part"
    __table_args__ = (UniqueConstraint("pack_id", "part"),)

    id: Mapped[PrimaryKey]
    pack_id: Mapped[int] = mapped_column(ForeignKey("evidence_pack.id"))
    part: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
