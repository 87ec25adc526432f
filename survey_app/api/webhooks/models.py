"""Who is told, what happened, and each delivery with its tries."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.extensions import Base, EncryptedText, PrimaryKey
from survey_app.work.models import Leased

_IS_DUE = text("due_at IS NOT NULL")


class Webhook(Base):
    """An address that is told. For a while after its secret was changed both secrets sign."""

    __tablename__ = "webhook"

    id: Mapped[PrimaryKey]
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    url: Mapped[str] = mapped_column(EncryptedText)  # many systems put a key of theirs into it
    events: Mapped[list[str]]
    secret: Mapped[str] = mapped_column(EncryptedText)
    earlier_secret: Mapped[str | None] = mapped_column(EncryptedText)
    earlier_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))
    failing_since: Mapped[datetime | None]
    quiet_until: Mapped[datetime | None]  # after a failure nothing is tried until then
    stopped_at: Mapped[datetime | None]  # by staff, or after days of failures: then `stopped_why` says so
    stopped_why: Mapped[str] = mapped_column(String(200), default="")
    letter_due_at: Mapped[datetime | None]  # to administrators, who did not stop it themselves


class WebhookEvent(Base):
    """Something that happened, as it is told: no personal data, references alone."""

    __tablename__ = "webhook_event"

    id: Mapped[PrimaryKey]
    reference: Mapped[str] = mapped_column(String(40), unique=True)  # webhook-id: the same in every try
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(index=True)
    data: Mapped[dict[str, Any]]


class WebhookDelivery(Leased, Base):
    """One event for one address."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        Index("ix_webhook_delivery_due_at", "due_at", sqlite_where=_IS_DUE, postgresql_where=_IS_DUE),
    )

    id: Mapped[PrimaryKey]
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    event_id: Mapped[int] = mapped_column(ForeignKey("webhook_event.id", ondelete="CASCADE"), index=True)
    due_at: Mapped[datetime | None]  # of the next try; null: taken, or given up
    delivered_at: Mapped[datetime | None]

    webhook: Mapped[Webhook] = relationship()
    event: Mapped[WebhookEvent] = relationship()


class WebhookTry(Base):
    """What one try came to."""

    __tablename__ = "webhook_try"

    id: Mapped[PrimaryKey]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("webhook_delivery.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    status: Mapped[int | None]  # of HTTP; null: no answer
    milliseconds: Mapped[int]
    error: Mapped[str] = mapped_column(String(200), default="")
