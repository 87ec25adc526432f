"""The blind sample of a month, what two people said of it, and what a council asks of themes."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.comments.models import Comment
from survey_app.extensions import Base, PrimaryKey


class CheckingRules(Base):
    """One row: how large a sample is, and from which recall on a theme is reported."""

    __tablename__ = "checking_rules"

    id: Mapped[PrimaryKey]
    sample_size: Mapped[int] = mapped_column(default=100)
    least_recall: Mapped[float] = mapped_column(default=0.6)  # share 0 to 1
    fewest_cases: Mapped[int] = mapped_column(default=10)  # people found the theme so often, before its recall is known


class BlindSample(Base):
    """Comments of one month drawn by lot, for people who do not see what the machine said."""

    __tablename__ = "blind_sample"

    id: Mapped[PrimaryKey]
    month: Mapped[date] = mapped_column(unique=True)  # its first day
    seed: Mapped[str] = mapped_column(String(64))
    comments: Mapped[int]  # among which it was drawn
    drawn_at: Mapped[datetime]

    items: Mapped[list[BlindItem]] = relationship(order_by="BlindItem.place", cascade="all, delete-orphan")


class BlindItem(Base):
    """A comment of a sample, and what the machine had said of it when it was drawn."""

    __tablename__ = "blind_item"
    __table_args__ = (UniqueConstraint("sample_id", "comment_id"),)

    id: Mapped[PrimaryKey]
    sample_id: Mapped[int] = mapped_column(ForeignKey("blind_sample.id", ondelete="CASCADE"))
    comment_id: Mapped[int] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    place: Mapped[int]  # in the order of the lot
    machine_label: Mapped[str | None] = mapped_column(String(12))
    machine_review: Mapped[bool]
    machine_themes: Mapped[list[str]]  # codes
    method: Mapped[str] = mapped_column(String(60))

    comment: Mapped[Comment] = relationship()
    labels: Mapped[list[BlindLabel]] = relationship(cascade="all, delete-orphan")


class BlindLabel(Base):
    """What one person said of a comment of a sample; at most two people do."""

    __tablename__ = "blind_label"

    item_id: Mapped[int] = mapped_column(ForeignKey("blind_item.id", ondelete="CASCADE"), primary_key=True)
    labelled_by: Mapped[int] = mapped_column(ForeignKey("staff_user.id"), primary_key=True)
    label: Mapped[str | None] = mapped_column(String(12))  # null: cannot tell
    themes: Mapped[list[str]]  # codes
    labelled_at: Mapped[datetime]
