"""Leases on rows of work, and one row for each job."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.extensions import Base


class Leased:
    """Columns of a row of work. Whoever holds the lease works on it; a lease that ran out gives the row back."""

    claimed_by: Mapped[str | None] = mapped_column(String(40))
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)


class JobRun(Leased, Base):
    """When a job last ran and how that went. The lease keeps a job that must run alone alone."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)  # rows worked on in the last run
