"""Contacts, the details to reach people by, who asked us to stop, and the rules of asking."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.contacts.eligibility import Dimension as Dimension  # noqa: PLC0414 - part of the models too
from survey_app.contacts.ways import Way as Way  # noqa: PLC0414
from survey_app.extensions import Base, EncryptedText, PrimaryKey, text_enum
from survey_app.organisation.channels import Channel, CustomerKind
from survey_app.organisation.models import Service

LONGEST_FILE_NAME = 120  # characters

# How somebody stopped: who did it themselves, and what others wrote down for them.
STOPPED_ON_PAGE, STOPPED_BY_ONE_CLICK, STOPPED_BY_SMS = "page", "one_click", "sms"
STOPPED_BY_COMPLAINT = "complaint"  # marked our message as spam
STOPPED_BY_STAFF, STOPPED_BY_IMPORT = "staff", "import"


class Contact(Base):
    """One interaction of a customer with the council. It holds no name and no address."""

    __tablename__ = "contact"
    __table_args__ = (
        Index("ix_contact_occurred_on_service", "occurred_on", "service_id"),
        Index(
            "ix_contact_not_drawn",
            "draw_score",
            "id",
            sqlite_where=text("draw_outcome IS NULL"),
            postgresql_where=text("draw_outcome IS NULL"),
        ),
        Index(
            "ix_contact_case_ref",
            "case_ref",
            "occurred_at",
            sqlite_where=text("case_ref IS NOT NULL"),
            postgresql_where=text("case_ref IS NOT NULL"),
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
    draw_score: Mapped[float | None]  # its place in the draw, 0 to 1; below the fraction it is asked
    draw_fraction: Mapped[float | None]  # the fraction that held when it was drawn; null: it never came so far

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
    phone_is_mobile: Mapped[bool] = mapped_column(default=False)  # a text message can reach it
    email_key: Mapped[str | None] = mapped_column(String(64), index=True)
    phone_key: Mapped[str | None] = mapped_column(String(64), index=True)
    domain_key: Mapped[str | None] = mapped_column(String(16))  # of the e-mail's domain: tells staff
    keep_until: Mapped[date] = mapped_column(index=True)

    contact: Mapped[Contact] = relationship(back_populates="detail")


class OptOut(Base):
    """Someone asked us to stop. Matched on any of the three; no address is kept.

    A stop that covers several keys of one person is a row for each combination of them that contacts hold, all with
    the same `created_at`.
    """

    __tablename__ = "opt_out"

    id: Mapped[PrimaryKey]
    email_key: Mapped[str | None] = mapped_column(String(64), index=True)
    phone_key: Mapped[str | None] = mapped_column(String(64), index=True)
    customer_ref: Mapped[str | None] = mapped_column(String(80), index=True)
    source: Mapped[str] = mapped_column(String(40))  # one of those above
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
    ask_second_contact: Mapped[bool] = mapped_column(default=False)  # also about a case that was asked about before
    ask_open_complaint: Mapped[bool] = mapped_column(default=False)
    staff_domains: Mapped[list[str]] = mapped_column(default=list)  # whoever writes from these is staff
    rare_below: Mapped[int] = mapped_column(default=200)  # a service with fewer contacts a gap than this is rare
    reserved_share: Mapped[float] = mapped_column(default=0.2)  # of people, kept free for rare services
    delay_minutes: Mapped[int] = mapped_column(default=0)  # between the contact and the invitation, at least
    remind_by_sms: Mapped[bool] = mapped_column(default=False)
    texts_are_on: Mapped[bool] = mapped_column(default=False)  # people without e-mail are asked by text message
    letters_are_on: Mapped[bool] = mapped_column(default=False)  # people without either get a letter or a card
    most_emails_a_day: Mapped[int | None]  # null: no limit of ours
    most_texts_a_day: Mapped[int | None]
    text_part_price: Mapped[int | None]  # hundredths of a penny for one part of a text message; null: not given
    notify_email_template: Mapped[str | None] = mapped_column(String(40))
    notify_text_template: Mapped[str | None] = mapped_column(String(40))


class DrawSeed(Base):
    """The secret of one financial year's draw. Once the year is over it may be shown, and the draw repeated with it."""

    __tablename__ = "draw_seed"

    first_on: Mapped[date] = mapped_column(primary_key=True)  # 1 April
    seed: Mapped[str] = mapped_column(EncryptedText)  # 64 hex digits
    made_at: Mapped[datetime]  # who was drawn before was drawn without it


class DrawDay(Base):
    """What holds for the draw on one London day, worked out before its first contact: so neither the size of a file
    nor the order of its rows moves it. And how many were asked, for the quotas.
    """

    __tablename__ = "draw_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_worked_out: Mapped[bool]  # no longer, when a rule changes: then it is done again
    busy_services: Mapped[list[str]]  # codes; their contacts leave the reserve alone. Empty: nobody is held free
    fractions: Mapped[dict[str, Any]]  # by the stratum of each sampling rule with a quota
    asked: Mapped[dict[str, Any]]  # so many, by the same


class Exclusion(Base):
    """Contacts that nobody is asked about: those with this value. A rule for all, never a choice about one."""

    __tablename__ = "exclusion"
    __table_args__ = (UniqueConstraint("dimension", "value"),)

    id: Mapped[PrimaryKey]
    dimension: Mapped[Dimension] = mapped_column(text_enum(Dimension))
    value: Mapped[str] = mapped_column(String(120))
    why: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime]
    added_by: Mapped[int | None] = mapped_column(ForeignKey("staff_user.id"))


class SamplingRule(Base):
    """How many are asked in one stratum: a fraction of those who may be, or about so many a month. Null: any.

    The closest rule holds: service and channel, then service, then channel, then the fraction of AskingRules.
    """

    __tablename__ = "sampling_rule"
    __table_args__ = (UniqueConstraint("service_id", "channel"),)

    id: Mapped[PrimaryKey]
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    channel: Mapped[Channel | None] = mapped_column(text_enum(Channel))
    fraction: Mapped[float | None]  # 0 to 1
    monthly_quota: Mapped[int | None]  # one of the two


class SendingWindow(Base):
    """When messages may go out, London time. Without a service: of every service that has none of its own."""

    __tablename__ = "sending_window"
    __table_args__ = (UniqueConstraint("way", "service_id"),)

    id: Mapped[PrimaryKey]
    way: Mapped[Way] = mapped_column(text_enum(Way))
    service_id: Mapped[int | None] = mapped_column(ForeignKey("service.id"))
    opens_minute: Mapped[int]  # minutes after midnight
    closes_minute: Mapped[int]  # 1440 is the end of the day
    weekdays: Mapped[str] = mapped_column(String(7))  # "12345": Monday to Friday
    on_bank_holidays: Mapped[bool]


class BlockReason(StrEnum):
    """Why an address gets nothing more."""

    DOES_NOT_EXIST = "does_not_exist"
    COMPLAINED = "complained"  # marked as spam
    FAILS_FOR_NOW = "fails_for_now"  # three times in 30 days


class AddressBlock(Base):
    """An address or number to which nothing is sent, known by its keyed hash. The person may be asked another way."""

    __tablename__ = "address_block"
    __table_args__ = (UniqueConstraint("key", "reason"),)

    id: Mapped[PrimaryKey]
    key: Mapped[str] = mapped_column(String(64))
    reason: Mapped[BlockReason] = mapped_column(text_enum(BlockReason))
    created_at: Mapped[datetime]
    until: Mapped[datetime | None]  # null: for good


class AddressFailure(Base):
    """One message that did not arrive for the time being."""

    __tablename__ = "address_failure"
    __table_args__ = (UniqueConstraint("key", "message_reference"),)

    id: Mapped[PrimaryKey]
    key: Mapped[str] = mapped_column(String(64))
    message_reference: Mapped[str] = mapped_column(String(40))  # one failure a message, however often it is reported
    failed_at: Mapped[datetime]


class ContactsFile(Base):
    """A file that somebody uploaded: it waits, encrypted, until they import it or `keep_until` has come.

    Once imported only its rejected rows are kept, until a new `keep_until`. Its contacts carry the same `imported_at`,
    so that the import can be undone.
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
