"""Who did what, when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.extensions import Base, PrimaryKey

LONGEST_SUBJECT = 120  # characters


class AuditLine(Base):
    """One act. Written unsealed in the actor's transaction; the sealer chains lines in order by their hashes."""

    __tablename__ = "audit_line"

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
