"""Contacts, the details to reach people by, who asked us to stop, and the rules of asking."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.extensions import Base, EncryptedText, PrimaryKey, text_enum
from survey_app.organisation.channels import Channel, CustomerKind
from survey_app.organisation.models import Service

LONGEST_FILE_NAME = 120  # characters


class Contact(Base):
    """One interaction of a customer with the council. It holds no name and no address."""

    __tablename__ = "contact"
    __table_args__ = (
        Index("ix_contact_occurred_on_service", "occurred_on", "service_id"),
        Index(
            "ix_contact_not_drawn",
            "id",
            sqlite_where=text("draw_outcome IS NULL"),
            postgresql_where=text("draw_outcome IS NULL"),
        ),
    )

    id: Mapped[PrimaryKey]
    reference: Mapped[str] = mapped_column(String(80), unique=True)
    occurred_at: Mapped[datetime]
    occurred_on: Mapped[date]  # the London day, on which its answer counts
    closed_at: Mapped[datetime | None]
    processing_days: Mapped[int | None]  # working days until it was closed; null: not closed
    channel: Mapped[Channel] = mapped_column(text_enum(Channel))
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    adviser_ref: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(String(120))
    outcome: Mapped[str | None] = mapped_column(String(120))
    resolved_first_time: Mapped[bool | None]
    case_ref: Mapped[str | None] = mapped_column(String(80))
    open_complaint: Mapped[bool] = mapped_column(default=False)
    customer_kind: Mapped[CustomerKind] = mapped_column(text_enum(CustomerKind), default=CustomerKind.RESIDENT)
    customer_ref: Mapped[str | None] = mapped_column(String(80), index=True)
    language: Mapped[str] = mapped_column(String(12), default="en")
    customer_group: Mapped[str | None] = mapped_column(String(80))
    sensitive: Mapped[bool] = mapped_column(default=False)
    do_not_survey: Mapped[bool] = mapped_column(default=False)
    content_digest: Mapped[str] = mapped_column(String(64))  # tells a repeated row that differs from one that does not
    imported_at: Mapped[datetime]
    draw_outcome: Mapped[str | None] = mapped_column(String(40))  # "asked", or the reason why not; null: not yet drawn
    drawn_at: Mapped[datetime | None]

    service: Mapped[Service] = relationship()
    detail: Mapped[ContactDetail | None] = relationship(back_populates="contact", cascade="all, delete-orphan")


class ContactDetail(Base):
    """How to reach the person: encrypted, in a table of its own. After `keep_until` address and number are deleted.

    The keyed hashes stay longer: a stop and the cap on asking are matched by them.
    """

    __tablename__ = "contact_detail"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    email: Mapped[str | None] = mapped_column(EncryptedText)
    phone: Mapped[str | None] = mapped_column(EncryptedText)
    email_key: Mapped[str | None] = mapped_column(String(64), index=True)
    phone_key: Mapped[str | None] = mapped_column(String(64), index=True)
    keep_until: Mapped[date] = mapped_column(index=True)

    contact: Mapped[Contact] = relationship(back_populates="detail")


class OptOut(Base):
    """Someone asked us to stop. Matched on any of the three; no address is kept."""

    __tablename__ = "opt_out"

    id: Mapped[PrimaryKey]
    email_key: Mapped[str | None] = mapped_column(String(64), index=True)
    phone_key: Mapped[str | None] = mapped_column(String(64), index=True)
    customer_ref: Mapped[str | None] = mapped_column(String(80), index=True)
    source: Mapped[str] = mapped_column(String(40))  # page, one_click, staff, import
    created_at: Mapped[datetime]


class AskingRules(Base):
    """How the council asks, one row: whom, how often, for how long."""

    __tablename__ = "asking_rules"

    id: Mapped[PrimaryKey] = mapped_column(default=1)  # a second row has no place
    sampling_fraction: Mapped[float] = mapped_column(default=1.0)  # 0 to 1 of those who may be asked
    cooling_off_days: Mapped[int] = mapped_column(default=90)  # nobody is asked twice within these
    too_old_days: Mapped[int] = mapped_column(default=14)  # a contact older than this is not asked about
    open_days: Mapped[int] = mapped_column(default=14)  # an invitation stays open so long
    change_days: Mapped[int] = mapped_column(default=14)  # and an answer can be changed so long
    reminder_after_days: Mapped[int] = mapped_column(default=4)  # 0: no reminder
    is_paused: Mapped[bool] = mapped_column(default=False)  # nobody is drawn and nothing is sent for the moment


class ContactsFile(Base):
    """A file that somebody uploaded: it waits, encrypted, until they import it or `keep_until` has come.

    Once imported its content is gone; its contacts carry the same `imported_at`, so that the import can be undone.
    """

    __tablename__ = "contacts_file"

    id: Mapped[PrimaryKey]
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(LONGEST_FILE_NAME))
    content: Mapped[str | None] = mapped_column(EncryptedText, deferred=True)
    uploaded_at: Mapped[datetime]
    keep_until: Mapped[datetime]
    imported_at: Mapped[datetime | None] = mapped_column(unique=True)
    accepted: Mapped[int | None]  # contacts that it brought
