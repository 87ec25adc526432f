"""Tallies, targets, headlines, frozen passports, bridges between wordings, and published tables."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.extensions import Base, PrimaryKey, text_enum
from survey_app.organisation.channels import CustomerKind
from survey_app.statistics.target_status import Comparator
from survey_app.surveys.models import QuestionVersion


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


class Tallied(StrEnum):
    """What is tallied beside the answers, by the value that each has (`measures/queries/subjects.py`)."""

    CONTACTS = "contacts"
    DRAWN = "drawn"  # contacts by what was decided about asking
    INVITATIONS = "invitations"
    COMMENTS = "comments"
    THEMES = "themes"  # a comment once for each theme found in it
    METHODS = "methods"  # comments that count with a machine's label, by the method that made it


class SubjectCell:
    """How many contacts, invitations or comments had this value."""

    subject: Mapped[Tallied] = mapped_column(text_enum(Tallied), primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    customer_kind: Mapped[CustomerKind] = mapped_column(text_enum(CustomerKind), primary_key=True)
    value: Mapped[str] = mapped_column(String(60), primary_key=True)
    count: Mapped[int]


class SubjectDayTally(SubjectCell, Base):
    """Contacts, invitations and comments a London day of the contact, and a channel ("" where unknown)."""

    __tablename__ = "subject_day_tally"

    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(32), primary_key=True)

    __table_args__ = (PrimaryKeyConstraint("subject", "day", "service_id", "customer_kind", "channel", "value"),)


class SubjectMonthTally(SubjectCell, Base):
    """The same a London month by one dimension. `key` is the dimension's code, "" where unknown."""

    __tablename__ = "subject_month_tally"

    month: Mapped[date] = mapped_column(primary_key=True)  # its first day
    dimension: Mapped[TallyDimension] = mapped_column(text_enum(TallyDimension), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)

    __table_args__ = (
        PrimaryKeyConstraint("subject", "dimension", "month", "service_id", "customer_kind", "key", "value"),
    )


class LastClosing(Base):
    """When the last invitation about the contacts of a day closes; until then, and a while longer, figures may move."""

    __tablename__ = "last_closing"

    day: Mapped[date] = mapped_column(primary_key=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), primary_key=True)
    closes_at: Mapped[datetime]


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


class Rebase(Base):
    """From when a control chart has a new usual range, who said so and why."""

    __tablename__ = "rebase"

    id: Mapped[PrimaryKey]
    measure: Mapped[str] = mapped_column(String(60), index=True)
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))  # null: the whole council
    month: Mapped[date]  # its first day
    reason: Mapped[str] = mapped_column(Text)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))  # null: a command
    entered_at: Mapped[datetime]  # one entered after its month began was made after seeing the data


class NamedHeadline(Base):
    """A measure named as the headline of a financial year. Rows are added, never changed: the choice can be checked."""

    __tablename__ = "named_headline"

    id: Mapped[PrimaryKey]
    measure: Mapped[str] = mapped_column(String(60))
    year_begins: Mapped[date] = mapped_column(index=True)
    named_at: Mapped[datetime]
    named_by: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(Text)


class FrozenPassport(Base):
    """A figure as it stood when something was published with it: its canonical document and value.

    Two facts beside the document tell what came later from what was moved: `newest_id`, of the newest response (or
    invitation) stored then, and `services`, the codes of those counted then where not all were. Both are None for
    passports that were frozen before we kept them.
    """

    __tablename__ = "frozen_passport"

    id: Mapped[PrimaryKey]
    code: Mapped[str] = mapped_column(String(30), unique=True)
    document: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    value: Mapped[float | None]
    frozen_at: Mapped[datetime]
    newest_id: Mapped[int | None]
    services: Mapped[list[str] | None]

    rows: Mapped[list[FrozenRows]] = relationship(order_by="FrozenRows.part", cascade="all, delete-orphan")


class FrozenRows(Base):
    """The rows behind a frozen passport: the first 8 bytes of each digest, sorted, in parts of bounded size.

    They say which rows moved since, and nothing of what was answered.
    """

    __tablename__ = "frozen_rows"

    passport_id: Mapped[int] = mapped_column(ForeignKey("frozen_passport.id"), primary_key=True)
    part: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    digests: Mapped[bytes] = mapped_column(LargeBinary)


class LineageBridge(Base):
    """Somebody decided that the answers to two wordings of a question may be compared and added up, and says why."""

    __tablename__ = "lineage_bridge"
    __table_args__ = (UniqueConstraint("from_version_id", "to_version_id"),)

    id: Mapped[PrimaryKey]
    from_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))  # the earlier wording
    to_version_id: Mapped[int] = mapped_column(ForeignKey("question_version.id"))
    reason: Mapped[str] = mapped_column(Text)
    declared_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    declared_at: Mapped[datetime]

    to_version: Mapped[QuestionVersion] = relationship(foreign_keys=[to_version_id])


class PublishedEdition(Base):
    """Tables of a measure for one financial year as they went out to everybody. Never changed afterwards."""

    __tablename__ = "published_edition"
    __table_args__ = (UniqueConstraint("measure", "first", "number"),)

    id: Mapped[PrimaryKey]
    measure: Mapped[str] = mapped_column(String(60))
    definition: Mapped[str] = mapped_column(String(80))  # code@version
    first: Mapped[date]  # of the year
    last: Mapped[date]
    number: Mapped[int]  # from 1, of this measure and year
    cells: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # publishing.PublishedCell.stored()
    passport_id: Mapped[int] = mapped_column(ForeignKey("frozen_passport.id"))  # of the total
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))

    passport: Mapped[FrozenPassport] = relationship(lazy="joined")
