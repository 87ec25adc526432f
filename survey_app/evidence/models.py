"""A framework's elements, what the council claims for each, and the exhibits that prove it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Column, ForeignKey, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.extensions import Base, PrimaryKey, text_enum
from survey_app.measures.models import FrozenPassport

LONGEST_CODE, LONGEST_NAME = 60, 120  # characters of a framework's


class Framework(Base):
    """A standard to be assessed against, such as Customer Service Excellence."""

    __tablename__ = "framework"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(LONGEST_CODE), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))

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
)


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

    framework: Mapped[Framework] = relationship(back_populates="elements")
    exhibits: Mapped[list[Exhibit]] = relationship(
        secondary=element_exhibit, order_by="Exhibit.number", back_populates="elements"
    )


class ExhibitKind(StrEnum):
    FIGURE = "figure"
    CHART = "chart"


class Exhibit(Base):
    """One numbered proof, citable from many elements. `query` says which figure; its passport is frozen."""

    __tablename__ = "exhibit"

    id: Mapped[PrimaryKey]
    number: Mapped[int] = mapped_column(unique=True)  # shown as E01
    kind: Mapped[ExhibitKind] = mapped_column(text_enum(ExhibitKind))
    title: Mapped[str] = mapped_column(String(200))
    query: Mapped[dict[str, Any]]
    passport_id: Mapped[int] = mapped_column(ForeignKey("frozen_passport.id"))
    pinned_at: Mapped[datetime]
    pinned_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))

    passport: Mapped[FrozenPassport] = relationship(lazy="joined")
    elements: Mapped[list[Element]] = relationship(secondary=element_exhibit, back_populates="exhibits")
