"""Measures of the council's own, every version of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.accounts.models import User
from survey_app.extensions import Base, PrimaryKey, text_enum
from survey_app.measures.definitions import Unit
from survey_app.surveys.models import Question


class OwnMeasure(Base):
    """One version of a measure that the council defined. None is ever rewritten; the newest of a code holds."""

    __tablename__ = "own_measure"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(60))
    version: Mapped[int]
    label: Mapped[str] = mapped_column(String(60))
    words: Mapped[str] = mapped_column(Text)  # its definition, as it stands beside the figure
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))  # the lineage, through all its wordings
    unit: Mapped[Unit] = mapped_column(text_enum(Unit))
    options: Mapped[dict[str, Any]]  # what each option code counts as: own.rule.Part
    scale_low: Mapped[int | None]  # of a mean
    scale_high: Mapped[int | None]
    lower_is_better: Mapped[bool] = mapped_column(default=False)
    defined_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    defined_at: Mapped[datetime]

    question: Mapped[Question] = relationship(lazy="joined")
    author: Mapped[User | None] = relationship()
