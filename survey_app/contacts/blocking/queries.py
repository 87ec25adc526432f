"""Which failures and pauses count no longer."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from survey_app.contacts.models import AddressBlock, AddressFailure
from survey_app.extensions import db
from survey_app.work.backlog import Backlog

FORGET_AFTER = timedelta(days=60)  # twice as long as a failure counts, for receipts that come late


def is_old(now: datetime) -> ColumnElement[bool]:
    """The condition under which a failure is deleted."""
    return AddressFailure.failed_at < now - FORGET_AFTER


def is_long_over(now: datetime) -> ColumnElement[bool]:
    """The condition under which a pause is deleted."""
    return AddressBlock.until < now - FORGET_AFTER


def failures_to_forget(now: datetime) -> Backlog:
    """Failures and pauses that are deleted now. Since when they wait is not told."""
    failures = select(func.count()).where(is_old(now)).scalar_subquery()
    pauses = select(func.count()).where(is_long_over(now)).scalar_subquery()
    return Backlog(db.session.scalar(select(failures + pauses)) or 0, None)
