"""Feeds, what came each day, what is wrong with them, and the letters about it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.contacts.feeds.watch import GRACE_HOURS, Finding
from survey_app.extensions import Base, PrimaryKey, text_enum
from survey_app.work.models import Leased

LONGEST_NAME = 80  # characters
_IS_OPEN = text("ended_at IS NULL")


class Feed(Base):
    """One way on which contacts come in. `source` says which: page, command, folder, or key: and its public name.

    It is watched while it `is_on`, which it can be only with an owner to write to.
    """

    __tablename__ = "feed"

    id: Mapped[PrimaryKey]
    source: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    owner_email: Mapped[str | None] = mapped_column(String(254))  # of a member of staff or their mailbox
    expected_hours: Mapped[int | None]  # something comes at least so often; null: every working day
    grace_hours: Mapped[int] = mapped_column(default=GRACE_HOURS)  # after which it counts as late
    is_on: Mapped[bool] = mapped_column(default=False)
    on_since: Mapped[datetime | None]
    last_at: Mapped[datetime | None]  # when something last came


class FeedDay(Base):
    """What came by one feed on one London day. `read` is more than `accepted` + `rejected` by what we had already."""

    __tablename__ = "feed_day"

    feed_id: Mapped[int] = mapped_column(ForeignKey("feed.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    read: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)


class FeedAlarm(Base):
    """Something is wrong with a feed, until `ended_at`. One of each kind at a time."""

    __tablename__ = "feed_alarm"
    __table_args__ = (
        Index(
            "uq_feed_alarm_open",
            "feed_id",
            "finding",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
    )

    id: Mapped[PrimaryKey]
    feed_id: Mapped[int] = mapped_column(ForeignKey("feed.id"))
    finding: Mapped[Finding] = mapped_column(text_enum(Finding))
    day: Mapped[date]  # on which something was expected, or to which the figures belong
    came: Mapped[int]  # contacts accepted on that day; rejected rows where those are too many
    usual: Mapped[float | None]  # what is usual instead: contacts, or a share of rows
    read: Mapped[int]  # rows on that day
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    feed: Mapped[Feed] = relationship()


class LetterKind(StrEnum):
    """What a letter about an alarm says."""

    BEGAN = "began"
    ENDED = "ended"


class FeedLetter(Leased, Base):
    """A letter to the owner of a feed. It waits until a mail server takes it, or refuses it for good."""

    __tablename__ = "feed_letter"
    __table_args__ = (
        UniqueConstraint("alarm_id", "kind"),
        Index(
            "ix_feed_letter_waiting",
            "due_at",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    reference: Mapped[str] = mapped_column(String(20), unique=True)  # the same whenever it is sent again
    alarm_id: Mapped[int] = mapped_column(ForeignKey("feed_alarm.id"))
    kind: Mapped[LetterKind] = mapped_column(text_enum(LetterKind))
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]  # sent, or given up: then `last_error` says why

    alarm: Mapped[FeedAlarm] = relationship()
