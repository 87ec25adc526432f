"""Leases on rows of work, one row for each job, and what has to be counted again."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.extensions import Base, BigInt, PrimaryKey, text_enum


class Leased:
    """Columns of a row of work. Whoever holds the lease works on it; a lease that ran out gives the row back."""

    claimed_by: Mapped[str | None] = mapped_column(String(40))
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)


class JobRun(Leased, Base):
    """When a job last ran and how that went, and what all its runs came to, in whichever workers. The lease keeps a job
    that must run alone alone."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)  # rows worked on in the last run
    succeeded_at: Mapped[datetime | None]  # when a run last ended without an error
    runs: Mapped[int] = mapped_column(BigInt, default=0, server_default="0")
    failures: Mapped[int] = mapped_column(BigInt, default=0, server_default="0")
    rows_done: Mapped[int] = mapped_column(BigInt, default=0, server_default="0")
    busy_seconds: Mapped[float] = mapped_column(default=0.0, server_default="0")


class Subject(StrEnum):
    """What is tallied beside the answers."""

    CONTACTS = "contacts"
    INVITATIONS = "invitations"
    COMMENTS = "comments"  # with their themes


class Recount(Base):
    """What a subject counts for one day and service has to be counted again. Lines are added and folded away, never
    changed: whoever changes what is counted adds one in the same transaction, and needs to know no more than where.
    """

    __tablename__ = "recount"
    __table_args__ = (Index("ix_recount_part", "subject", "day", "service_id"),)

    id: Mapped[PrimaryKey]
    subject: Mapped[Subject] = mapped_column(text_enum(Subject))
    day: Mapped[date]  # on which it counts
    service_id: Mapped[int]  # no foreign key: services are of a higher package
