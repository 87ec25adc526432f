"""Tallies, targets and frozen passports."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.extensions import Base, PrimaryKey, text_enum
from survey_app.statistics.target_status import Comparator


class TallyCell:
    """How many counted answers had this value. `value` is the option code, "" for shown and left empty."""

    survey_version_id: Mapped[int] = mapped_column(ForeignKey("survey_version.id"), primary_key=True)
    question_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"), primary_key=True)
    value: Mapped[str] = mapped_column(String(30), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    count: Mapped[int]


class DayTally(TallyCell, Base):
    """Counted answers a London day of the contact."""

    __tablename__ = "day_tally"

    day: Mapped[date] = mapped_column(primary_key=True)

    __table_args__ = (Index("ix_day_tally_question_day", "question_version_id", "day"),)


class TallyDimension(StrEnum):
    """What a month is broken down by. Other combinations are counted from the answers."""

    CHANNEL = "channel"
    TEAM = "team"
    SITE = "site"
    MODE = "mode"
    LANGUAGE = "language"
    CUSTOMER_GROUP = "customer_group"
    REASON = "reason"


class MonthTally(TallyCell, Base):
    """Counted answers a London month by one dimension. `key` is the dimension's code, "" where unknown."""

    __tablename__ = "month_tally"

    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    dimension: Mapped[TallyDimension] = mapped_column(text_enum(TallyDimension), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)

    __table_args__ = (Index("ix_month_tally_question_month", "question_version_id", "dimension", "month"),)


class Target(Base):
    """What a measure should reach, from when to when, who approved it and why.

    Once it has held for a day it is neither changed nor deleted: a new line takes its place, or it is ended.
    """

    __tablename__ = "target"

    id: Mapped[PrimaryKey]
    measure: Mapped[str] = mapped_column(String(60), index=True)
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))  # null: the whole council
    value: Mapped[float]  # in the measure's unit; a share is 0 to 1
    stretch: Mapped[float | None]  # what would be better still; nothing is judged by it
    comparator: Mapped[Comparator] = mapped_column(text_enum(Comparator), default=Comparator.AT_LEAST)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    approved_by: Mapped[str] = mapped_column(String(120), default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    entered_at: Mapped[datetime]  # a target entered after the period began was set after seeing the data
    ended_on: Mapped[date | None]  # its last day, where that came before valid_to; before valid_from: corrected
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str] = mapped_column(Text, default="")

    __table_args__ = (CheckConstraint("valid_to >= valid_from", name="ends_after_it_begins"),)


class MaintainMargin(Base):
    """How far a measure may fall and still count as maintained. Only ever added to: the newest does not undo the last.

    `margin` is in the measure's unit, so two points of a share are 0.02.
    """

    __tablename__ = "maintain_margin"

    id: Mapped[PrimaryKey]
    measure: Mapped[str] = mapped_column(String(60), index=True)
    margin: Mapped[float]
    set_at: Mapped[datetime]  # after a year began: set after seeing its data
    approved_by: Mapped[str] = mapped_column(String(120), default="")

    __table_args__ = (CheckConstraint("margin > 0", name="is_above_nothing"),)


class FrozenPassport(Base):
    """A figure as it stood when something was published with it: its canonical document and value."""

    __tablename__ = "frozen_passport"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(30), unique=True)
    document: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    value: Mapped[float | None]
    frozen_at: Mapped[datetime]
