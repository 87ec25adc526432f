"""API keys."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.extensions import Base, PrimaryKey
from survey_app.organisation.models import Service

LONGEST_NAME = 80  # characters

api_key_service = Table(
    "api_key_service",
    Base.metadata,
    Column("api_key_id", ForeignKey("api_key.id"), primary_key=True),
    Column("service_id", ForeignKey("service.id"), primary_key=True),
)


class ApiKey(Base):
    """A key of another system. Rows stay when a key has ended, for the audit speaks of them."""

    __tablename__ = "api_key"

    id: Mapped[PrimaryKey]
    public: Mapped[str] = mapped_column(String(10), unique=True)
    digest: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))  # of the system that holds it
    scopes: Mapped[list[str]]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))  # null: by a command
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_on: Mapped[date | None]  # the London day
    revoked_at: Mapped[datetime | None]

    services: Mapped[list[Service]] = relationship(secondary=api_key_service, lazy="selectin")  # none: all of them

    def is_good(self, now: datetime) -> bool:
        """Neither revoked nor expired."""
        return self.state(now) == "good"

    def state(self, now: datetime) -> str:
        """good, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "good" if now < self.expires_at else "expired"
