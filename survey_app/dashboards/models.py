"""What a member of staff keeps of pages that they look at."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.accounts.models import User
from survey_app.extensions import Base, PrimaryKey, text_enum
from survey_app.work.models import Leased


class SavedView(Base):
    """The address of a page with its filters, under a name of its owner's; shared, every viewer of that page has it.

    It holds what to ask, never what was answered: whoever opens it sees what is in their own scope.
    """

    __tablename__ = "saved_view"

    id: Mapped[PrimaryKey]
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    path: Mapped[str] = mapped_column(String(200))  # of the page, such as /comments/
    arguments: Mapped[str] = mapped_column(Text)  # of its address, encoded
    is_shared: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class HomeView(Base):
    """The saved view that somebody begins with instead of the overview as it is."""

    __tablename__ = "home_view"

    user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"), primary_key=True)
    view_id: Mapped[int] = mapped_column(ForeignKey("saved_view.id", ondelete="CASCADE"), index=True)

    view: Mapped[SavedView] = relationship()


class PinnedFigure(Base):
    """A figure that somebody keeps in sight: what to ask, so that it is counted anew whenever it is looked at."""

    __tablename__ = "pinned_figure"
    __table_args__ = (UniqueConstraint("user_id", "measure", "span", "arguments"),)

    id: Mapped[PrimaryKey]
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"))
    measure: Mapped[str] = mapped_column(String(60))
    span: Mapped[str] = mapped_column(String(30))  # a period that moves on, such as last-12-months, or one with a name
    arguments: Mapped[str] = mapped_column(Text, default="")  # its filters, encoded as in an address
    place: Mapped[int]
    created_at: Mapped[datetime]


class Rhythm(StrEnum):
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Digest(Base):
    """The figures of a choice by e-mail, again and again, until its reader stops it."""

    __tablename__ = "digest"

    id: Mapped[PrimaryKey]
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("staff_user.id"), index=True)
    rhythm: Mapped[Rhythm] = mapped_column(text_enum(Rhythm))
    arguments: Mapped[str] = mapped_column(Text, default="")  # service and channel, encoded as in an address
    next_on: Mapped[date | None] = mapped_column(index=True)  # the London day of its next letter; None: stopped
    created_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()


class DigestLetter(Leased, Base):
    """One letter of a digest. What it says was counted once, at `cut_at`, and is the same whenever it is sent again.

    `token_sha256` is of the token by which its reader stops the digest without signing in.
    """

    __tablename__ = "digest_letter"
    __table_args__ = (
        UniqueConstraint("digest_id", "first_on", "last_on"),
        Index(
            "ix_digest_letter_waiting",
            "due_at",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    digest_id: Mapped[int] = mapped_column(ForeignKey("digest.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    cut_at: Mapped[datetime]
    document: Mapped[str] = mapped_column(Text)  # figures with their passports, sentences, references of comments
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]  # sent, or given up: then `last_error` says why

    digest: Mapped[Digest] = relationship()
