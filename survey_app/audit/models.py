"""Who did what, when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.extensions import Base, BigInt, PrimaryKey

LONGEST_SUBJECT = 120  # characters
CHANGED = " changed"  # how the action of a changed setting ends, after its kind
_UNSEALED = text("sealed_as IS NULL")


class AuditLine(Base):
    """One act. Written unsealed in the actor's transaction; the sealer chains lines in order by their hashes."""

    __tablename__ = "audit_line"
    __table_args__ = (
        Index("ix_audit_line_unsealed", "id", postgresql_where=_UNSEALED, sqlite_where=_UNSEALED),
        Index("ix_audit_line_action_at", "action", "at"),
        Index("ix_audit_line_actor_id_at", "actor_id", "at"),
        Index("ix_audit_line_subject_at", "subject", "at"),
    )

    id: Mapped[PrimaryKey]
    at: Mapped[datetime] = mapped_column(index=True)
    actor_kind: Mapped[str] = mapped_column(String(20))  # user, command, job, system
    actor_id: Mapped[str | None] = mapped_column(String(64))  # public id, never a name
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    sealed_as: Mapped[int | None] = mapped_column(unique=True)  # its place in the chain
    seal: Mapped[str | None] = mapped_column(String(64))


class AuditHead(Base):
    """Where the chain stood when lines were sealed, signed under SIGNING_KEY: whoever can write in the database alone
    can not make another chain that verifies."""

    __tablename__ = "audit_head"

    place: Mapped[int] = mapped_column(BigInt, primary_key=True, autoincrement=False)
    seal: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime]
    signature: Mapped[str] = mapped_column(String(88))  # Ed25519, base64


class AuditCheck(Base):
    """One walk along the whole chain: how far it has come, what it found, and since when it is done."""

    __tablename__ = "audit_check"

    id: Mapped[PrimaryKey]
    begun_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    place: Mapped[int] = mapped_column(default=0)  # up to which it has come
    seal: Mapped[str] = mapped_column(String(64))  # of that place
    fitting_head: Mapped[int] = mapped_column(default=0)  # the place of the newest head that fits
    problems: Mapped[int] = mapped_column(default=0)
    first_problem: Mapped[str | None] = mapped_column(Text)
